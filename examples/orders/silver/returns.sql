-- Of several messages on a return the latest.
SELECT return_id, latest.order_id, latest.returned_at, latest.amount
FROM (
  SELECT return_id, max(struct(returned_at, _line, order_id, amount)) AS latest
  FROM {bronze.returns}
  GROUP BY return_id
)
