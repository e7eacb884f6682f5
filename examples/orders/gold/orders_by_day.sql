-- A cancelled order does not count.
SELECT
  day,
  count(*) AS orders,
  count(DISTINCT customer_id) AS customers,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS amount
FROM {silver.orders}
WHERE status <> 'cancelled'
GROUP BY day
