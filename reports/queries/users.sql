-- Users that were active on one day, and those of them that were active the day before, and seven days before.
WITH active AS (
  SELECT
    userid,
    max(CASE WHEN substr(time, 1, 10) = :day THEN 1 ELSE 0 END) AS on_day,
    max(CASE WHEN substr(time, 1, 10) = :before THEN 1 ELSE 0 END) AS day_before,
    max(CASE WHEN substr(time, 1, 10) = :week THEN 1 ELSE 0 END) AS week_before
  FROM lines
  WHERE service = 'api'
    AND day IN (:day, :next, :before, :week, :week_next)
    AND userid IS NOT NULL
  GROUP BY userid
)
SELECT
  coalesce(sum(on_day), 0) AS active,
  coalesce(sum(day_before), 0) AS active_day_before,
  coalesce(sum(week_before), 0) AS active_week_before,
  coalesce(sum(on_day * day_before), 0) AS retained_day,
  coalesce(sum(on_day * week_before), 0) AS retained_week
FROM active
