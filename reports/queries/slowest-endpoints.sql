-- How long the answers of one day took, in milliseconds, the slowest endpoints first.
SELECT
  endpoint,
  count(*) AS requests,
  round(avg(ms), 1) AS average,
  round(approx_percentile(ms, 0.5), 1) AS median,
  round(approx_percentile(ms, 0.99), 1) AS p99,
  max(ms) AS slowest
FROM lines
WHERE service = 'api'
  AND day IN (:day, :next)
  AND substr(time, 1, 10) = :day
  AND status IS NOT NULL
GROUP BY endpoint
ORDER BY p99 DESC, endpoint
LIMIT 20
