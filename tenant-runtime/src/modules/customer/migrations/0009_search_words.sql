-- A customer is found by more words of the name and of the contact's: two neighbours as one (O'Brien, Mc Donald), plain
-- letters (Sørensen), and parts of words in scripts without spaces. The runtime writes them with each change; this adds
-- them for the customers there are. What they were found by stays, so an older image finds no less.
LOCK TABLE customers IN ACCESS EXCLUSIVE MODE;

CREATE FUNCTION start_of(whole text, bytes integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN octet_length(whole) <= bytes THEN whole ELSE
    (SELECT left(whole, max(length)) FROM generate_series(0, bytes) AS length
      WHERE octet_length(left(whole, length)) <= bytes) END
$$;

CREATE FUNCTION plain_letters(word text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT replace(replace(replace(translate(word, 'đðħıłøŧ', 'ddhilot'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
$$;

-- The runs of letters and digits of a folded text, in their order. PostgreSQL knows no classes of Unicode: what is left
-- out beside ASCII are the blocks of punctuation and signs.
CREATE FUNCTION words_of(folded text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array_remove(regexp_split_to_array(folded COLLATE "C",
    '[^a-z0-9\u00c0-\u02b8\u02c0-\u0559\u0561-\u1fff\u2c00-\u2dff\u3005-\u3007\u3031-\u30fa\u30fc-\ud7ff\uf900-\ufdff\ufe70-\U0010ffff]+'), '')
$$;

CREATE FUNCTION findable_words(words text[]) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
  WITH whole AS (
    SELECT word, place FROM unnest(words) WITH ORDINALITY AS each (word, place)
    UNION ALL
    SELECT words[place] || words[place + 1], NULL FROM generate_series(1, cardinality(words) - 1) AS place
  )
  SELECT word FROM whole
  UNION ALL
  SELECT plain_letters(word) FROM whole
  UNION ALL
  SELECT substr(word, place, 12)
    FROM unnest(words) AS word, generate_series(1, length(word)) AS place
   WHERE substr(word, greatest(place - 1, 1), 2) COLLATE "C" ~ (CASE WHEN place = 1 THEN '^' ELSE '' END
     || '[\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3031-\u318f\u31f0-\u31ff\u3400-\u9fff\ua960-\ua97f\uf900-\ufaff\U00020000-\U0003ffff]')
$$;

UPDATE customers SET name_words = array_to_tsvector(ARRAY(
  SELECT DISTINCT word FROM (
    SELECT unnest(tsvector_to_array(name_words)) AS word
    UNION ALL
    SELECT start_of(word, 254) FROM findable_words(words_of(name_folded)) AS word
    UNION ALL
    SELECT start_of(word, 254) FROM findable_words(words_of(
      regexp_replace(lower(normalize(contact_name, NFKD)), '[\u0300-\u036f\u3099\u309a]', '', 'g'))) AS word
     WHERE contact_name IS NOT NULL
  ) AS found WHERE word <> ''));

DROP FUNCTION findable_words(text[]);
DROP FUNCTION words_of(text);
DROP FUNCTION plain_letters(text);
DROP FUNCTION start_of(text, integer);
