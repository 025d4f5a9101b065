-- Which rows live in this database. A row belongs to a user (or to whoever its table names), and a user to a logical shard, the
-- bits of the user's id from 46 on. Every logical shard has one home among the databases, but single users may live elsewhere,
-- under a logical shard of their own (4096 and up, with the lowest 12 bits of the one they come from), which their new rows carry.
-- The service is told where things are by a map and an index; these tables decide, so that neither can make it go wrong.

-- The number of this database among the physical shards, once it has one.
CREATE TABLE physical_shard (sole boolean PRIMARY KEY DEFAULT true CHECK (sole), number integer NOT NULL CHECK (number >= 0));

-- Logical shards that are or were elsewhere; `physical` is where, and NULL is here. One that stands in neither table is here.
CREATE TABLE shard_places (
  logical    integer PRIMARY KEY CHECK (logical BETWEEN 0 AND 4095),
  physical   integer,
  changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE user_places (
  user_id    bigint PRIMARY KEY,
  name       text NOT NULL UNIQUE,
  own_shard  integer NOT NULL UNIQUE CHECK (own_shard >= 4096 AND own_shard <= 65535 AND own_shard & 4095 = user_id >> 46),
  physical   integer,
  changed_at timestamptz NOT NULL DEFAULT now()
);

-- What is being moved out of here now (user_id NULL: all of the logical shard), and which rows changed since that began.
CREATE TABLE moves (logical integer NOT NULL, user_id bigint, began_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE moved_changes (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  table_name text NOT NULL,
  key        jsonb NOT NULL
);

CREATE FUNCTION lives_here(owner bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (SELECT physical IS NULL FROM user_places WHERE user_id = owner),
    (SELECT physical IS NULL FROM shard_places WHERE logical = (owner >> 46) & 4095),
    true)
$$;

-- The logical shard that a new row of this user carries.
CREATE FUNCTION row_shard(owner bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT own_shard FROM user_places WHERE user_id = owner), owner >> 46)
$$;

-- Where else to look for a row that is not here, by its id and, for a user, the name: other databases, best first. `home` says that
-- a row of which no other database knows does not exist; `settled` that this has been so for a while.
CREATE FUNCTION whereabouts(key bigint, user_name text DEFAULT NULL)
RETURNS TABLE (home boolean, settled boolean, elsewhere integer[]) LANGUAGE sql STABLE AS $$
  WITH users AS (
    SELECT physical, changed_at,
           user_id = key OR own_shard = key >> 46 OR name IS NOT DISTINCT FROM user_name AS exact
    FROM user_places
    WHERE (user_id >= ((key >> 46) & 4095) << 46 AND user_id < (((key >> 46) & 4095) + 1) << 46) OR name = user_name
  ), shard AS (SELECT physical, changed_at FROM shard_places WHERE logical = (key >> 46) & 4095)
  SELECT
    coalesce((SELECT physical IS NULL FROM users WHERE exact LIMIT 1), (SELECT physical IS NULL FROM shard), true),
    coalesce((SELECT max(changed_at) FROM (SELECT changed_at FROM users UNION ALL SELECT changed_at FROM shard) AS any_place)
             < now() - interval '1 minute', true),
    ARRAY(SELECT physical FROM (
      SELECT physical, CASE WHEN exact THEN 0 ELSE 2 END AS rank FROM users UNION ALL SELECT physical, 1 FROM shard
    ) AS places WHERE physical IS NOT NULL GROUP BY physical ORDER BY min(rank))
$$;

-- Before each change of a row: its user lives here, and the change is noted while the user is being moved. Whoever moves takes the
-- same lock alone, so that no change is under way when the place changes. Arguments: the column of the user, then those of the key.
CREATE FUNCTION keep_in_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  result record;
  content jsonb;
  owner bigint;
  shard integer;
BEGIN
  IF TG_OP = 'DELETE' THEN result := OLD; ELSE result := NEW; END IF;
  IF current_setting('tiers.moving', true) = 'on' THEN RETURN result; END IF;
  content := to_jsonb(result);
  owner := (content ->> TG_ARGV[0])::bigint;
  shard := (owner >> 46) & 4095;
  PERFORM pg_advisory_xact_lock_shared(7430002, shard);
  IF NOT lives_here(owner) THEN
    RAISE EXCEPTION 'user % does not live in this database', owner
      USING ERRCODE = 'TS001', DETAIL = coalesce(
        (SELECT physical FROM user_places WHERE user_id = owner),
        (SELECT physical FROM shard_places WHERE logical = shard))::text;
  END IF;
  IF EXISTS (SELECT FROM moves WHERE logical = shard AND coalesce(user_id, owner) = owner) THEN
    INSERT INTO moved_changes (table_name, key)
    SELECT TG_TABLE_NAME, jsonb_object_agg(name, content -> name) FROM unnest(TG_ARGV[1:]) AS name;
  END IF;
  RETURN result;
END
$$;

-- Every table whose rows belong to a user has this trigger: it is also how a move finds them, in the order of their making.
CREATE TRIGGER keep_in_place BEFORE INSERT OR UPDATE OR DELETE ON users
  FOR EACH ROW EXECUTE FUNCTION keep_in_place('id', 'id');
CREATE TRIGGER keep_in_place BEFORE INSERT OR UPDATE OR DELETE ON posts
  FOR EACH ROW EXECUTE FUNCTION keep_in_place('author_id', 'id');
CREATE TRIGGER keep_in_place BEFORE INSERT OR UPDATE OR DELETE ON pictures
  FOR EACH ROW EXECUTE FUNCTION keep_in_place('owner_id', 'id');
CREATE TRIGGER keep_in_place BEFORE INSERT OR UPDATE OR DELETE ON boosts
  FOR EACH ROW EXECUTE FUNCTION keep_in_place('payer_id', 'id');
CREATE TRIGGER keep_in_place BEFORE INSERT OR UPDATE OR DELETE ON sessions
  FOR EACH ROW EXECUTE FUNCTION keep_in_place('user_id', 'user_id', 'id');

-- What belongs to a user is read in one range.
CREATE INDEX pictures_by_owner ON pictures (owner_id, id DESC);
-- A boost lives with its payer; the post may be in another database, and the service looks for it there.
ALTER TABLE boosts DROP CONSTRAINT boosts_post_id_fkey;
