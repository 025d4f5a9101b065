-- What others are to be told of a change: written in its transaction, deleted once everybody was told (service/outbox).
CREATE TABLE outbox (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  type       text NOT NULL,
  data       jsonb NOT NULL,
  -- Ties what follows to the request that asked for it.
  request_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  attempts   integer NOT NULL DEFAULT 0,
  -- Nobody takes a row before this time: who has taken it puts it off.
  due_at     timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX outbox_due ON outbox (due_at);

-- Posts can be changed and deleted; a deleted one keeps its row, as boosts that were paid for it do.
ALTER TABLE posts ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN deleted_at timestamptz;
