SET LOCAL search_path = pg_catalog, pg_temp;

-- What all tenants share. Row level security binds each row to the login that reads it: a tenant's logins
-- begin with its id, and session_user cannot be changed by SET ROLE or by any setting.

-- Holds what every tenant's login may do outside of its own schema, so that the access lists of the
-- database and of these tables stay short however many tenants there are.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dotmac_tenant') THEN
    CREATE ROLE dotmac_tenant NOLOGIN;
  END IF;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO dotmac_tenant', current_database());
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO dotmac_tenant;

CREATE TABLE public.operator_epoch (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch    bigint  NOT NULL,
  holder   text    NOT NULL
);

CREATE TABLE public.tenants (
  id           text        PRIMARY KEY CHECK (id ~ '^[a-z2-7]{10}$'),
  uid          uuid        NOT NULL,
  name         text        NOT NULL,
  state        text        NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'retained', 'destroyed')),
  created_at   timestamptz NOT NULL DEFAULT now(),
  retained_at  timestamptz,
  delete_after timestamptz,
  destroyed_at timestamptz
);
CREATE UNIQUE INDEX tenants_active_name ON public.tenants (name) WHERE state = 'active';

CREATE TABLE public.licenses (
  tenant_id     text   PRIMARY KEY REFERENCES public.tenants,
  plan          text   NOT NULL,
  modules       text[] NOT NULL,
  max_customers int,
  expires_at    timestamptz
);

CREATE TABLE public.audit_logs (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id   text        NOT NULL,
  at          timestamptz NOT NULL DEFAULT now(),
  actor       text        NOT NULL,
  action      text        NOT NULL,
  entity_type text        NOT NULL,
  entity_id   text        NOT NULL,
  request_id  text,
  details     jsonb
);
CREATE INDEX audit_logs_tenant_at ON public.audit_logs (tenant_id, at);

ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.licenses ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_logs ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_row ON public.tenants FOR SELECT TO dotmac_tenant
  USING (id = substring(session_user::text FROM '^t_([a-z2-7]{10})_'));
CREATE POLICY own_row ON public.licenses FOR SELECT TO dotmac_tenant
  USING (tenant_id = substring(session_user::text FROM '^t_([a-z2-7]{10})_'));
CREATE POLICY own_rows ON public.audit_logs FOR SELECT TO dotmac_tenant
  USING (tenant_id = substring(session_user::text FROM '^t_([a-z2-7]{10})_'));
CREATE POLICY add_own_rows ON public.audit_logs FOR INSERT TO dotmac_tenant
  WITH CHECK (tenant_id = substring(session_user::text FROM '^t_([a-z2-7]{10})_'));

GRANT SELECT ON public.tenants, public.licenses, public.audit_logs TO dotmac_tenant;
GRANT INSERT ON public.audit_logs TO dotmac_tenant;
