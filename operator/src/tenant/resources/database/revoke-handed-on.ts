import type { Postgres, Statement } from "../../../clients/postgres/postgres.ts";
import { identifier } from "../../../clients/postgres/quote.ts";
import { runStatements } from "../../../clients/postgres/run-statements.ts";
import { namePatterns } from "../../model/names/names.ts";
import { inBatches } from "./in-batches.ts";

/** Objects whose rights are revoked in one transaction. */
const largestBatch = 500;

/** An object with rights of the roles. */
interface Granted {
  readonly classid: string;
  readonly objid: string;
}

interface Grant {
  readonly grantor: string;
  /** As in REVOKE. */
  readonly kind: string;
  readonly object: string;
  readonly grantee: string;
}

/** The next objects, by the index of pg_shdepend, because the catalog holds those of all tenants. */
const nextObjects = `
  SELECT DISTINCT classid, objid FROM pg_shdepend
  WHERE refclassid = 'pg_authid'::regclass AND deptype = 'a'
    AND refobjid IN (SELECT oid FROM pg_roles WHERE rolname = ANY ($1))
    AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid, objid) > ($2::oid, $3::oid)
  ORDER BY classid, objid LIMIT $4`;

const grantsOnObjects = `
  WITH granted AS (SELECT * FROM unnest($2::oid[], $3::oid[]) AS granted (classid, objid)),
  relations AS (
    SELECT pg_class.oid, CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, relacl
    FROM granted JOIN pg_class ON classid = 'pg_class'::regclass AND pg_class.oid = objid),
  objects AS (
    SELECT kind, oid::regclass::text AS object, relacl AS acl FROM relations
    UNION ALL SELECT kind, attrelid::regclass::text, attacl FROM relations JOIN pg_attribute ON attrelid = oid
    UNION ALL SELECT 'SCHEMA', oid::regnamespace::text, nspacl FROM granted JOIN pg_namespace ON classid = 'pg_namespace'::regclass AND oid = objid
    UNION ALL SELECT 'ROUTINE', oid::regprocedure::text, proacl FROM granted JOIN pg_proc ON classid = 'pg_proc'::regclass AND oid = objid
    UNION ALL SELECT 'TYPE', oid::regtype::text, typacl FROM granted JOIN pg_type ON classid = 'pg_type'::regclass AND oid = objid)
  SELECT DISTINCT pg_get_userbyid(grantor) AS grantor, kind, object, pg_get_userbyid(grantee) AS grantee
  FROM objects CROSS JOIN LATERAL aclexplode(acl)
  WHERE pg_get_userbyid(grantee) = ANY ($1) AND pg_get_userbyid(grantor) ~ '${namePatterns.role}'`;

/**
 * Revokes rights that another role granted by its grant option. Only that role can revoke them, and DROP OWNED keeps
 * them. A right on a column is revoked with those on its table.
 */
export async function revokeHandedOn(
  postgres: Postgres,
  epoch: number,
  roles: readonly string[],
): Promise<void> {
  let last: Granted = { classid: "0", objid: "0" };
  await inBatches(largestBatch, async (size) => {
    const objects = await postgres.query<Granted>(nextObjects, [roles, last.classid, last.objid, size]);
    const classes = objects.map(({ classid }) => classid);
    const numbers = objects.map(({ objid }) => objid);
    const grants = await postgres.query<Grant>(grantsOnObjects, [roles, classes, numbers]);
    await runStatements(postgres, epoch, revocations(grants));
    last = objects.at(-1) ?? last;
    return objects.length > 0;
  });
}

/** One REVOKE for each grantor and kind of object. */
function revocations(grants: readonly Grant[]): Statement[] {
  const alike = Map.groupBy(grants, ({ grantor, kind }) => `${kind} ${grantor}`);
  return [...alike.values()].flatMap((each) => {
    const [{ grantor, kind }] = each as [Grant, ...Grant[]];
    const objects = [...new Set(each.map(({ object }) => object))].join(", ");
    const grantees = [...new Set(each.map(({ grantee }) => identifier(grantee)))].join(", ");
    return [
      { text: `SET LOCAL ROLE ${identifier(grantor)}` },
      { text: `REVOKE ALL ON ${kind} ${objects} FROM ${grantees} CASCADE` },
      { text: "RESET ROLE" },
    ];
  });
}
