-- Clients of an agent, company or phone: debtors tied to it directly or through their complaints.
-- :key    key of the node as in members.csv or nodes.parquet; '' for every agent, company and phone (first block)
-- kind, label, key, debtor_label, debtor_key, relation, rows
WITH settings AS (
  SELECT '' AS wanted  -- :key
),
helpers AS (
  SELECT n.id, n.kind, n.label, n.key
  FROM nodes n CROSS JOIN settings s
  WHERE n.kind IN ('agent', 'company', 'law_firm', 'phone')
    AND (s.wanted = '' OR REPLACE(n.key, '+', '') = REPLACE(s.wanted, '+', ''))
),
debtors AS (
  SELECT id, label, key FROM nodes WHERE kind = 'debtor'
),
filed AS (
  SELECT source AS debtor, target AS complaint FROM links WHERE relation = 'filed'
),
direct AS (
  SELECT d.id AS debtor, l.target AS helper, l.relation AS relation
  FROM links l JOIN debtors d ON l.source = d.id
),
through_complaint AS (
  SELECT f.debtor AS debtor, l.target AS helper, l.relation AS relation
  FROM links l JOIN filed f ON l.source = f.complaint
),
ties AS (
  SELECT debtor, helper, relation FROM direct
  UNION ALL
  SELECT debtor, helper, relation FROM through_complaint
)
SELECT
  h.kind AS kind, h.label AS label, h.key AS key, d.label AS debtor_label, d.key AS debtor_key,
  t.relation AS relation, COUNT(*) AS rows
FROM ties t
JOIN helpers h ON t.helper = h.id
JOIN debtors d ON t.debtor = d.id
GROUP BY h.kind, h.label, h.key, d.label, d.key, t.relation
ORDER BY kind, key, debtor_key, relation
