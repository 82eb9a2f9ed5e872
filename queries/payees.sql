-- Payee accounts that several debtors paid, and in how many rings each of them is.
-- :least  fewest debtors (first block)
-- label, key, debtors, payments, first_date, last_date, rings
WITH settings AS (
  SELECT 3 AS least  -- :least
),
accounts AS (
  SELECT id, label, key FROM nodes WHERE kind = 'payee_account'
),
counted AS (
  SELECT
    a.label AS label, a.key AS key, COUNT(DISTINCT l.source) AS debtors, COUNT(*) AS payments,
    MIN(l.date) AS first_date, MAX(l.date) AS last_date
  FROM links l JOIN accounts a ON l.target = a.id
  WHERE l.relation = 'paid'
  GROUP BY a.label, a.key
),
ringed AS (
  SELECT key, COUNT(DISTINCT ring_id) AS rings FROM members WHERE kind = 'payee_account' GROUP BY key
)
SELECT
  c.label AS label, c.key AS key, c.debtors AS debtors, c.payments AS payments, c.first_date AS first_date,
  c.last_date AS last_date, COALESCE(r.rings, 0) AS rings
FROM counted c
LEFT JOIN ringed r ON c.key = r.key
CROSS JOIN settings s
WHERE c.debtors >= s.least
ORDER BY debtors DESC, key
