SET LOCAL search_path = pg_catalog, pg_temp;

-- Which password each app login was given. Before, it was the role's comment, which every login of the server reads: it
-- showed when the passwords of others changed. Row security is a second lock beside the missing rights.
CREATE TABLE public.login_marks (
  login text PRIMARY KEY,
  mark  text NOT NULL
);
ALTER TABLE public.login_marks ENABLE ROW LEVEL SECURITY;
