-- Sessions of users, where no table of shared state keeps them. Times are milliseconds since 1970, as the service compares them.
-- A row lives on the shard of its user.
CREATE TABLE sessions (
  user_id    bigint NOT NULL,
  id         text NOT NULL,
  generation integer NOT NULL,
  digest     text NOT NULL,
  created_at bigint NOT NULL,
  rotated_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (user_id, id)
);
