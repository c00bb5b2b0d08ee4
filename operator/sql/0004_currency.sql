SET LOCAL search_path = pg_catalog, pg_temp;

-- In which the tenant's amounts are: it stays with the data, whichever Tenant adopts them. Unknown of data from before.
ALTER TABLE public.tenants ADD COLUMN currency text CHECK (currency ~ '^[A-Z]{3}$');
