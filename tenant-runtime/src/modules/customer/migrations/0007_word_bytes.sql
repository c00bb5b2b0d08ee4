-- The check of 0005 counts the characters of a word, not its bytes: it accepts 254 letters of three bytes. LATIN1 makes
-- one character of each byte, so that the expression counts bytes. convert_to still refuses bytes that are not UTF-8.
LOCK TABLE customers IN ACCESS EXCLUSIVE MODE;

-- The runtime cuts words at 254 bytes; this is for words that another program has written.
UPDATE customers SET name_words = array_to_tsvector(ARRAY(
    SELECT (SELECT left(word, max(length)) FROM generate_series(0, 254) AS length
             WHERE octet_length(left(word, length)) <= 254)
      FROM unnest(tsvector_to_array(name_words)) AS word))
 WHERE EXISTS (SELECT FROM unnest(tsvector_to_array(name_words)) AS word WHERE octet_length(word) > 254);

ALTER TABLE customers
  DROP CONSTRAINT customers_name_words_whole,
  ADD CONSTRAINT customers_name_words_whole CHECK (
    convert_from(convert_to(array_to_string(tsvector_to_array(name_words), ' '), 'UTF8'), 'LATIN1') !~ '[^ ]{254}[^ ]'
  );
