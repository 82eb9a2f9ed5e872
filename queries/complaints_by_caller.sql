-- Complaints in a window of time, counted by the phone that called.
-- :from_date, :to_date  first and last day   :least  fewest complaints of a phone (first block)
-- phone_label, phone_key, complaints, debtors, first_date, last_date
WITH settings AS (
  SELECT
    CAST('1900-01-01' AS DATE) AS from_date,  -- :from_date
    CAST('2999-12-31' AS DATE) AS to_date,    -- :to_date
    3 AS least                                -- :least
),
phones AS (
  SELECT id, label, key FROM nodes WHERE kind = 'phone'
),
calls AS (
  SELECT source AS complaint, target AS phone, date FROM links WHERE relation = 'complained_from'
),
filed AS (
  SELECT source AS debtor, target AS complaint FROM links WHERE relation = 'filed'
),
counted AS (
  SELECT
    p.label AS phone_label, p.key AS phone_key, COUNT(DISTINCT c.complaint) AS complaints,
    COUNT(DISTINCT f.debtor) AS debtors, MIN(c.date) AS first_date, MAX(c.date) AS last_date
  FROM calls c
  JOIN phones p ON c.phone = p.id
  LEFT JOIN filed f ON c.complaint = f.complaint
  CROSS JOIN settings s
  WHERE c.date >= s.from_date AND c.date <= s.to_date
  GROUP BY p.label, p.key
)
SELECT
  c.phone_label AS phone_label, c.phone_key AS phone_key, c.complaints AS complaints, c.debtors AS debtors,
  c.first_date AS first_date, c.last_date AS last_date
FROM counted c CROSS JOIN settings s
WHERE c.complaints >= s.least
ORDER BY complaints DESC, phone_key
