-- A one-time password works until then; a chosen one has no such time. Those that wait already get three days more, and
-- so do users whom an image writes that does not name the time.
ALTER TABLE users ADD COLUMN password_expires_at timestamptz DEFAULT now() + interval '72 hours';
