-- The platform refuses nextval to its tenants, because it locks any number before it checks the right to it. An identity
-- column does not need that right. Its sequence continues the old one under the same name, so a pod of an older image
-- draws from it too.
LOCK TABLE customers IN ACCESS EXCLUSIVE MODE;

-- Renaming locks the sequence, so that nobody draws from it any more.
ALTER SEQUENCE customer_account_numbers RENAME TO customer_account_numbers_before;

-- One row for each number that was drawn.
CREATE TABLE taken_account_numbers (
  number bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME customer_account_numbers MINVALUE 1000000)
);

DO $$
DECLARE
  writer regrole;
BEGIN
  EXECUTE format('ALTER TABLE taken_account_numbers ALTER COLUMN number RESTART WITH %s',
    (SELECT last_value + is_called::int FROM customer_account_numbers_before));
  -- The rights are granted again after the last migration; until then the older pods keep theirs.
  FOR writer IN
    SELECT DISTINCT grantee FROM pg_class CROSS JOIN LATERAL aclexplode(relacl)
    WHERE pg_class.oid = 'customer_account_numbers_before'::regclass AND grantee NOT IN (0, relowner)
  LOOP
    EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE customer_account_numbers TO %s', writer);
  END LOOP;
END
$$;

DROP SEQUENCE customer_account_numbers_before;
