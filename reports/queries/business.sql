-- Sign-ups, posts and purchases of one day: how often, by how many users, and for how much, in hundredths of the currency.
SELECT
  event,
  coalesce(currency, '') AS currency,
  count(*) AS times,
  count(DISTINCT userid) AS users,
  coalesce(sum(amountcents), 0) AS cents
FROM lines
WHERE service = 'api'
  AND day IN (:day, :next)
  AND substr(time, 1, 10) = :day
  AND event IS NOT NULL
GROUP BY 1, 2
ORDER BY 1, 2
LIMIT 200
