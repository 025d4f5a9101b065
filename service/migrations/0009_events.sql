-- What happened, by day: events of a day stand together, on the shard that the day is placed on (service/statistics), and leave together
-- when their partition is dropped. `id` is time-ordered (decision 0019); `source` says which event it is, however often it is told.
CREATE TABLE events (
  day    date NOT NULL,
  source text NOT NULL,
  id     bigint NOT NULL,
  type   text NOT NULL,
  at     timestamptz NOT NULL,
  data   jsonb NOT NULL,
  PRIMARY KEY (day, source)
) PARTITION BY RANGE (day);
CREATE INDEX events_by_id ON events (id);

-- What is kept of a day when its events are gone.
CREATE TABLE daily_statistics (
  day          date PRIMARY KEY,
  active_users bigint,
  -- Events by type, and cents by currency.
  events       jsonb NOT NULL DEFAULT '{}',
  revenue      jsonb NOT NULL DEFAULT '{}',
  -- When the events were counted last.
  counted_at   timestamptz
);

-- The service's role may not change the schema; these two functions are all that it may do to partitions.
CREATE FUNCTION events_open(wanted date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE part text := 'events_' || to_char(wanted, 'YYYYMMDD');
BEGIN
  IF wanted NOT BETWEEN current_date - 3650 AND current_date + 2 THEN
    RAISE EXCEPTION 'no events of % are kept: it must be from ten years ago to the day after tomorrow', wanted;
  END IF;
  IF to_regclass(part) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(7430002);
  IF to_regclass(part) IS NOT NULL THEN RETURN; END IF;
  -- Made apart and then attached: those who write events of other days do not wait.
  EXECUTE format('CREATE TABLE %I (LIKE events INCLUDING ALL)', part);
  EXECUTE format('ALTER TABLE events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, wanted, wanted + 1);
END $$;

CREATE FUNCTION events_drop(before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE part text; dropped integer := 0;
BEGIN
  IF before > current_date - 8 THEN
    RAISE EXCEPTION 'events from % on were to be dropped: those of the last eight days stay, as they are still counted', before;
  END IF;
  FOR part IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'events'::regclass AND c.relname < 'events_' || to_char(before, 'YYYYMMDD')
  LOOP
    EXECUTE format('DROP TABLE %I', part);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;
