-- Videos are rows of pictures, too: `media/<id>.mp4` is there once it is true, and the upload itself until then.
ALTER TABLE pictures ADD COLUMN transcoded boolean NOT NULL DEFAULT false;
