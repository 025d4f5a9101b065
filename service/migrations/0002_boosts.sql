-- Paid boosts of posts; type 4 of the ids. A boost lives on the shard of its post, and names its payer by id only: the payer
-- may come to live on another shard.
CREATE SEQUENCE boosts_local AS bigint MAXVALUE 68719476735;

CREATE TABLE boosts (
  id           bigint PRIMARY KEY DEFAULT (0::bigint << 46) | (4::bigint << 36) | nextval('boosts_local'),
  post_id      bigint NOT NULL REFERENCES posts (id),
  payer_id     bigint NOT NULL,
  amount_cents integer NOT NULL CHECK (amount_cents > 0),
  currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  request_key  text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX boosts_by_post ON boosts (post_id);
CREATE UNIQUE INDEX boosts_request ON boosts (payer_id, request_key);
