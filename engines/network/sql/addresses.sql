-- Prefixes, pools and addresses, and the rules among them. Every rule is a constraint, and the name of the
-- constraint is the name of the refusal: two clients at once are judged as one after the other is. Functions
-- keep the schema of the migration as their path, so that they mean these tables whoever calls them.

-- One value on a range's index: two ranges of one value overlap where the values are equal. GiST has equality
-- on a uuid only with btree_gist, which a tenant's owner may not install; on ranges it is in the core.
CREATE TYPE uuid_range AS RANGE (subtype = uuid);
CREATE TYPE inet_range AS RANGE (subtype = inet);

CREATE DOMAIN host_address AS inet
  CONSTRAINT host_address_without_mask CHECK (masklen(VALUE) = CASE family(VALUE) WHEN 4 THEN 32 ELSE 128 END);

-- The address without the mask that its interface has.
CREATE FUNCTION host_of(address inet) RETURNS inet LANGUAGE sql IMMUTABLE
  RETURN set_masklen(address, CASE family(address) WHEN 4 THEN 32 ELSE 128 END);

CREATE TABLE vrfs (
  id   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL CONSTRAINT vrfs_name_once UNIQUE CHECK (length(name) BETWEEN 1 AND 100)
);

-- A container holds prefixes. A subnet and a pool are leaves, they hold addresses: a subnet is a link, whose
-- network and broadcast addresses no host has; of a pool each address is routed by itself, so all are used.
CREATE TABLE prefixes (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  vrf_id  uuid NOT NULL CONSTRAINT prefixes_vrf REFERENCES vrfs,
  network cidr NOT NULL,
  kind    text NOT NULL CHECK (kind IN ('container', 'subnet', 'pool')),
  CONSTRAINT prefixes_network_once UNIQUE (vrf_id, network),
  -- The columns that pools and addresses repeat of their leaf, so that their own constraints can use them.
  CONSTRAINT prefixes_as_leaf UNIQUE (id, vrf_id, network, kind),
  -- Prefixes that share an address lie one in the other. A leaf claims its own length and all longer ones, a
  -- container its own length only: they collide exactly where one lies in a leaf.
  CONSTRAINT prefixes_nothing_in_a_leaf EXCLUDE USING gist (
    network inet_ops WITH &&,
    uuid_range(vrf_id, vrf_id, '[]') WITH &&,
    int4range(masklen(network), CASE kind WHEN 'container' THEN masklen(network) + 1 END) WITH &&
  )
);

-- Two inserts at once that collide wait for each other in an exclusion constraint, until one is ended as a
-- deadlock. In line behind their VRF, the second is refused by name. Foreign keys do not wait for this lock.
CREATE FUNCTION lock_vrf() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM FROM vrfs WHERE id = NEW.vrf_id FOR NO KEY UPDATE;
  RETURN NEW;
END
$$;

CREATE TRIGGER prefixes_lock_vrf BEFORE INSERT OR UPDATE OF vrf_id, network, kind ON prefixes
  FOR EACH ROW EXECUTE FUNCTION lock_vrf();

-- Whether an interface may have this address. RFC 3021: both addresses of a /31 may. RFC 4291, section 2.6.1:
-- the first address of an IPv6 subnet is the subnet-router anycast address; RFC 6164: not so of a /127.
CREATE FUNCTION is_assignable(host inet, network cidr, kind text) RETURNS boolean
  LANGUAGE sql IMMUTABLE
  RETURN kind = 'pool'
    OR masklen(network) >= CASE family(network) WHEN 4 THEN 31 ELSE 127 END
    OR (set_masklen(host, masklen(network)) <> network::inet
        AND (family(network) = 6 OR set_masklen(host, masklen(network)) <> broadcast(network)));

-- From which addresses are given out.
CREATE TABLE pools (
  id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  vrf_id         uuid NOT NULL,
  first_address  host_address NOT NULL,
  last_address   host_address NOT NULL,
  -- Every address of the pool below this one is taken. Where the search for a free one begins.
  taken_below    host_address NOT NULL,
  prefix_id      uuid CONSTRAINT pools_in_a_leaf CHECK (prefix_id IS NOT NULL AND prefix_kind <> 'container'),
  prefix_network cidr,
  prefix_kind    text,
  CONSTRAINT pools_name_once UNIQUE (vrf_id, name),
  CONSTRAINT pools_leaf FOREIGN KEY (prefix_id, vrf_id, prefix_network, prefix_kind)
    REFERENCES prefixes (id, vrf_id, network, kind) ON UPDATE CASCADE,
  CONSTRAINT pools_first_to_last CHECK (first_address <= last_address),
  CONSTRAINT pools_within_the_leaf CHECK (first_address <<= prefix_network AND last_address <<= prefix_network),
  CONSTRAINT pools_assignable CHECK (
    is_assignable(first_address, prefix_network, prefix_kind)
    AND is_assignable(last_address, prefix_network, prefix_kind)
  ),
  CONSTRAINT pools_taken_below_within CHECK (taken_below BETWEEN first_address AND last_address),
  CONSTRAINT pools_apart EXCLUDE USING gist (
    inet_range(first_address, last_address, '[]') WITH &&,
    uuid_range(vrf_id, vrf_id, '[]') WITH &&
  )
);

CREATE TABLE ip_addresses (
  id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  vrf_id         uuid NOT NULL,
  -- With the mask that its interface is to have.
  address        inet NOT NULL,
  host           host_address NOT NULL GENERATED ALWAYS AS (host_of(address)) STORED,
  prefix_id      uuid
    CONSTRAINT ip_addresses_in_a_leaf CHECK (prefix_id IS NOT NULL AND prefix_kind <> 'container'),
  prefix_network cidr,
  prefix_kind    text,
  CONSTRAINT ip_addresses_host_once UNIQUE (vrf_id, host),
  CONSTRAINT ip_addresses_leaf FOREIGN KEY (prefix_id, vrf_id, prefix_network, prefix_kind)
    REFERENCES prefixes (id, vrf_id, network, kind) ON UPDATE CASCADE,
  CONSTRAINT ip_addresses_within_the_leaf CHECK (host <<= prefix_network),
  CONSTRAINT ip_addresses_assignable CHECK (is_assignable(host, prefix_network, prefix_kind))
);
CREATE INDEX ip_addresses_by_leaf ON ip_addresses (prefix_id);

-- The leaf of an address is a matter of fact, not of the caller's: at most one holds it.
CREATE FUNCTION leaf_of(vrf uuid, host inet, OUT id uuid, OUT network cidr, OUT kind text)
  LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT p.id, p.network, p.kind FROM prefixes p
   WHERE p.network >>= host AND p.vrf_id = vrf AND p.kind <> 'container'
$$;

CREATE FUNCTION place_address() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  -- NEW.host has no value yet: generated columns get theirs after these triggers.
  SELECT * INTO NEW.prefix_id, NEW.prefix_network, NEW.prefix_kind FROM leaf_of(NEW.vrf_id, host_of(NEW.address));
  RETURN NEW;
END
$$;

CREATE TRIGGER ip_addresses_place BEFORE INSERT OR UPDATE OF vrf_id, address ON ip_addresses
  FOR EACH ROW EXECUTE FUNCTION place_address();

CREATE FUNCTION place_pool() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  SELECT * INTO NEW.prefix_id, NEW.prefix_network, NEW.prefix_kind FROM leaf_of(NEW.vrf_id, NEW.first_address);
  NEW.taken_below := NEW.first_address;
  RETURN NEW;
END
$$;

CREATE TRIGGER pools_place BEFORE INSERT OR UPDATE OF vrf_id, first_address, last_address ON pools
  FOR EACH ROW EXECUTE FUNCTION place_pool();

CREATE FUNCTION look_again_from_released() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  -- Unconditionally, so as to wait for one who allocates and has seen this address taken.
  UPDATE pools SET taken_below = least(taken_below, OLD.host)
   WHERE inet_range(first_address, last_address, '[]') @> OLD.host::inet AND vrf_id = OLD.vrf_id;
  RETURN NULL;
END
$$;

CREATE TRIGGER ip_addresses_released AFTER DELETE OR UPDATE OF vrf_id, address ON ip_addresses
  FOR EACH ROW EXECUTE FUNCTION look_again_from_released();

-- The lowest address from `lowest` to `highest` that nothing has, or null. Walks the taken ones in the order of
-- their index and stops at the first gap: as long as the run of taken ones is, however large the pool. A plan made
-- while the table was small would read and sort all of it each time, so no other way is left to the planner.
CREATE FUNCTION next_free_address(vrf uuid, lowest inet, highest inet) RETURNS inet
  LANGUAGE plpgsql STABLE
  SET search_path FROM CURRENT SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
DECLARE
  free  inet := lowest;
  taken inet;
BEGIN
  FOR taken IN
    SELECT host FROM ip_addresses WHERE vrf_id = vrf AND host BETWEEN lowest AND highest ORDER BY host
  LOOP
    EXIT WHEN taken > free;
    IF free = highest THEN RETURN NULL; END IF;
    free := free + 1;
  END LOOP;
  RETURN free;
END
$$;

-- Takes the lowest free addresses of a pool, all or none. The lock on the pool's row puts those who take in
-- line. Who writes an address by hand takes no lock: that one is then taken, and the next one is tried.
CREATE FUNCTION allocate_addresses(pool uuid, wanted integer DEFAULT 1) RETURNS SETOF ip_addresses
  LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  source pools;
  taken  ip_addresses;
  free   inet;
BEGIN
  SELECT * INTO source FROM pools WHERE id = pool FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'expected the id of a pool; found %, which is none', pool
      USING ERRCODE = 'foreign_key_violation', TABLE = 'pools', CONSTRAINT = 'pools_pkey';
  END IF;
  free := source.taken_below;
  FOR ordinal IN 1 .. wanted LOOP
    LOOP
      free := next_free_address(source.vrf_id, free, source.last_address);
      IF free IS NULL THEN
        RAISE EXCEPTION 'expected % free addresses in the pool %; found %: enlarge the pool or release addresses',
          wanted, source.name, ordinal - 1
          USING ERRCODE = 'check_violation', TABLE = 'pools', CONSTRAINT = 'pools_exhausted';
      END IF;
      INSERT INTO ip_addresses (vrf_id, address) VALUES (source.vrf_id, free)
        ON CONFLICT ON CONSTRAINT ip_addresses_host_once DO NOTHING
        RETURNING * INTO taken;
      EXIT WHEN FOUND;
    END LOOP;
    RETURN NEXT taken;
  END LOOP;
  UPDATE pools SET taken_below = free WHERE id = pool AND wanted > 0;
END
$$;
