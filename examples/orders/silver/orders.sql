-- The latest state of each order.
SELECT
  order_id,
  latest.customer_id,
  latest.ordered_at,
  to_date(latest.ordered_at) AS day,
  latest.changed_at,
  latest.status,
  latest.amount
FROM (
  SELECT order_id, max(struct(changed_at, _line, customer_id, ordered_at, status, amount)) AS latest
  FROM {bronze.orders}
  GROUP BY order_id
)
