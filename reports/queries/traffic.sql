-- Requests of one day and those that failed, by hour (UTC) and endpoint.
SELECT
  substr(time, 12, 2) AS hour,
  endpoint,
  count(*) AS requests,
  count(CASE WHEN status >= 500 THEN 1 END) AS failures
FROM lines
WHERE service = 'api'
  AND day IN (:day, :next)
  AND substr(time, 1, 10) = :day
  AND status IS NOT NULL
GROUP BY 1, 2
ORDER BY 1, 3 DESC, 2
LIMIT 900
