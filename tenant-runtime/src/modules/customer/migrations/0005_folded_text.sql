-- Folding a name can make one sign into 18. array_to_tsvector does not check how long a word becomes: beyond 2,047 bytes
-- it keeps the length modulo 2,048, which cuts a character in two, and no dump of such a value can be written or
-- read again. A folded name that is too long for an entry of an index refuses the customer.
-- From here on folded text has at most 512 bytes and a word 254, cut between characters, which the runtime does and the
-- tables check.
LOCK TABLE customers, customer_addresses IN ACCESS EXCLUSIVE MODE;

CREATE FUNCTION start_of(whole text, bytes integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT left(whole, max(length)) FROM generate_series(0, bytes) AS length
   WHERE octet_length(left(whole, length)) <= bytes
$$;

-- Words that may have been cut are made again from the clear names: at every sign of ASCII that is no letter and no
-- digit. The runtime splits at more signs, and does so when the customer is next changed. Case and accents of
-- a contact's name can add half to what decomposing it gives.
UPDATE customers SET name_words = array_to_tsvector(ARRAY(
    SELECT start_of(word, 254)
      FROM regexp_split_to_table(
        concat_ws(' ', name_folded,
          regexp_replace(lower(normalize(contact_name, NFKD)), '[\u0300-\u036f\u3099\u309a]', '', 'g')) COLLATE "C",
        '[^a-z0-9\u0080-\U0010ffff]+') AS word
     WHERE word <> ''))
 WHERE octet_length(name_folded) > 2047 OR octet_length(normalize(contact_name, NFKD)) * 3 / 2 > 2047;

-- The others are whole; those that are longer than what is searched for from now on are cut as that is.
UPDATE customers SET name_words = array_to_tsvector(ARRAY(
    SELECT start_of(word, 254) FROM unnest(tsvector_to_array(name_words)) AS word))
 WHERE EXISTS (SELECT FROM unnest(tsvector_to_array(name_words)) AS word WHERE octet_length(word) > 254);

UPDATE customers SET name_folded = rtrim(start_of(name_folded, 512)) WHERE octet_length(name_folded) > 512;
UPDATE customer_addresses SET city_folded = rtrim(start_of(city_folded, 512)) WHERE octet_length(city_folded) > 512;

DROP FUNCTION start_of(text, integer);

ALTER TABLE customers
  ADD CONSTRAINT customers_name_folded_bytes CHECK (octet_length(name_folded) <= 512),
  -- convert_to refuses what is no text any more; words hold letters and digits only.
  ADD CONSTRAINT customers_name_words_whole CHECK (
    convert_from(convert_to(array_to_string(tsvector_to_array(name_words), ' '), 'UTF8'), 'UTF8') !~ '[^ ]{254}[^ ]'
  );

ALTER TABLE customer_addresses
  ADD CONSTRAINT customer_addresses_city_folded_bytes CHECK (octet_length(city_folded) <= 512);
