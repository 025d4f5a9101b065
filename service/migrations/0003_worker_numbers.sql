-- Who holds which worker number of a datacenter, where no table of shared state keeps it. A holder's timestamps end before
-- `ends`, in milliseconds since 1970.
CREATE TABLE worker_numbers (
  datacenter smallint NOT NULL CHECK (datacenter BETWEEN 0 AND 31),
  worker     smallint NOT NULL CHECK (worker BETWEEN 0 AND 31),
  holder     text NOT NULL,
  ends       bigint NOT NULL,
  PRIMARY KEY (datacenter, worker)
);
