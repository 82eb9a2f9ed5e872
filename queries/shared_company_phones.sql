-- Phones at which two or more companies or law firms are reached.
-- :least  fewest companies (first block)
-- phone_label, phone_key, companies
WITH settings AS (
  SELECT 2 AS least  -- :least
),
firms AS (
  SELECT id, key FROM nodes WHERE kind IN ('company', 'law_firm')
),
phones AS (
  SELECT id, label, key FROM nodes WHERE kind = 'phone'
),
counted AS (
  SELECT p.label AS phone_label, p.key AS phone_key, COUNT(DISTINCT f.id) AS companies
  FROM links l
  JOIN firms f ON l.source = f.id
  JOIN phones p ON l.target = p.id
  WHERE l.relation = 'reached_at'
  GROUP BY p.label, p.key
)
SELECT c.phone_label AS phone_label, c.phone_key AS phone_key, c.companies AS companies
FROM counted c CROSS JOIN settings s
WHERE c.companies >= s.least
ORDER BY companies DESC, phone_key
