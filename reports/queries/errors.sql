-- Errors between two times, by kind: what the service gave the same fingerprint. A kind that the seven days before did not
-- have is new, and comes first. The text is that of the last one, without numbers.
WITH found AS (
  SELECT
    time,
    service,
    requestid,
    coalesce(fingerprint, msg) AS fingerprint,
    CASE WHEN time >= :from THEN 1 ELSE 0 END AS in_time,
    concat(
      coalesce(concat(err.type, ' '), ''),
      coalesce(concat(err.code, ' '), ''),
      regexp_replace(coalesce(err.message, msg, ''), '[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+', '#')
    ) AS kind
  FROM errors
  WHERE day >= substr(:since, 1, 10)
    AND time >= :since
    AND time < :until
)
SELECT
  fingerprint,
  max_by(kind, time) AS kind,
  CASE WHEN min(in_time) = 1 THEN 'new' ELSE 'known' END AS seen,
  max_by(service, time) AS service,
  sum(in_time) AS times,
  min(CASE WHEN in_time = 1 THEN time END) AS first_seen,
  max(time) AS last_seen,
  max_by(requestid, time) AS example
FROM found
GROUP BY fingerprint
HAVING sum(in_time) > 0
ORDER BY 3 DESC, 5 DESC, 2
LIMIT 50
