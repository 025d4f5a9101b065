-- An id says where its row lives: shard (16 bits), type (10 bits), local number (36 bits), after the layout that
-- Pinterest published. This database is shard 0; types are 1 user, 2 post, 3 picture.
CREATE SEQUENCE users_local AS bigint MAXVALUE 68719476735;
CREATE SEQUENCE posts_local AS bigint MAXVALUE 68719476735;
CREATE SEQUENCE pictures_local AS bigint MAXVALUE 68719476735;

CREATE TABLE users (
  id            bigint PRIMARY KEY DEFAULT (0::bigint << 46) | (1::bigint << 36) | nextval('users_local'),
  name          text NOT NULL,
  password_hash text NOT NULL,
  -- Digest of the client's idempotency key: a repeated sign-up finds its own row.
  request_key   text,
  created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_name ON users (lower(name));

CREATE TABLE posts (
  id          bigint PRIMARY KEY DEFAULT (0::bigint << 46) | (2::bigint << 36) | nextval('posts_local'),
  author_id   bigint NOT NULL REFERENCES users (id),
  text        text NOT NULL,
  request_key text,
  created_at  timestamptz NOT NULL DEFAULT now()
);
-- Keyset pages of one author, newest first.
CREATE INDEX posts_by_author ON posts (author_id, id DESC);
CREATE UNIQUE INDEX posts_request ON posts (author_id, request_key) WHERE request_key IS NOT NULL;

CREATE TABLE pictures (
  id           bigint PRIMARY KEY DEFAULT (0::bigint << 46) | (3::bigint << 36) | nextval('pictures_local'),
  owner_id     bigint NOT NULL REFERENCES users (id),
  content_type text NOT NULL,
  bytes        integer NOT NULL CHECK (bytes > 0),
  status       text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'ready', 'failed')),
  failure      text,
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now()
);
