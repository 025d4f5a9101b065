-- Pages of several authors are by time: numbers of different databases say nothing of which post is newer.
CREATE INDEX posts_by_author_and_time ON posts (author_id, created_at DESC, id DESC);
