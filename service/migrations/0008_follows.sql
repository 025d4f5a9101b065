-- Who follows whom, and what is new to whom (service/feed). A row of `follows` lives with the follower and is the truth; its mirror in
-- `followers` lives with whoever is followed and comes after it. Rows stay when somebody stops following, so that of two changes the
-- later one wins in whichever order they are told.
CREATE TABLE follows (
  follower_id bigint NOT NULL,
  followee_id bigint NOT NULL CHECK (followee_id <> follower_id),
  active      boolean NOT NULL DEFAULT true,
  -- One more with each change.
  version     integer NOT NULL DEFAULT 1,
  -- Whether the followee's posts of before are in the follower's feed.
  filled      boolean NOT NULL DEFAULT false,
  PRIMARY KEY (follower_id, followee_id)
);
CREATE TABLE followers (
  followee_id bigint NOT NULL,
  follower_id bigint NOT NULL,
  active      boolean NOT NULL,
  version     integer NOT NULL,
  PRIMARY KEY (followee_id, follower_id)
);
-- Authors with too many followers to write each post to each of them: readers fetch their posts. Nobody leaves this table, as posts
-- from while they were in it are in nobody's feed.
CREATE TABLE widely_followed (user_id bigint PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());

-- The read model: which posts a reader is to see, on the shard of the reader. Made from follows and posts, and can be made again.
CREATE TABLE feed_entries (
  user_id   bigint NOT NULL,
  post_id   bigint NOT NULL,
  author_id bigint NOT NULL,
  posted_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, post_id)
);
CREATE INDEX feed_newest ON feed_entries (user_id, posted_at DESC, post_id DESC) INCLUDE (author_id);
-- Where a feed ends: it has every post after this moment. Without a row, every post.
CREATE TABLE feed_floors (user_id bigint PRIMARY KEY, posted_at timestamptz NOT NULL);

CREATE TRIGGER keep_in_place BEFORE INSERT OR UPDATE OR DELETE ON follows
  FOR EACH ROW EXECUTE FUNCTION keep_in_place('follower_id', 'follower_id', 'followee_id');
CREATE TRIGGER keep_in_place BEFORE INSERT OR UPDATE OR DELETE ON followers
  FOR EACH ROW EXECUTE FUNCTION keep_in_place('followee_id', 'followee_id', 'follower_id');
CREATE TRIGGER keep_in_place BEFORE INSERT OR UPDATE OR DELETE ON widely_followed
  FOR EACH ROW EXECUTE FUNCTION keep_in_place('user_id', 'user_id');
CREATE TRIGGER keep_in_place BEFORE INSERT OR UPDATE OR DELETE ON feed_entries
  FOR EACH ROW EXECUTE FUNCTION keep_in_place('user_id', 'user_id', 'post_id');
CREATE TRIGGER keep_in_place BEFORE INSERT OR UPDATE OR DELETE ON feed_floors
  FOR EACH ROW EXECUTE FUNCTION keep_in_place('user_id', 'user_id');
