-- Hub check: the values that most debtors share. A high count is more often a service than a ring.
-- :least  fewest debtors (first block)
-- kind, label, key, relation, debtors
WITH settings AS (
  SELECT 5 AS least  -- :least
),
debtors AS (
  SELECT id FROM nodes WHERE kind = 'debtor'
),
counted AS (
  SELECT n.kind AS kind, n.label AS label, n.key AS key, l.relation AS relation, COUNT(DISTINCT l.source) AS debtors
  FROM links l
  JOIN debtors d ON l.source = d.id
  JOIN nodes n ON l.target = n.id
  GROUP BY n.kind, n.label, n.key, l.relation
)
SELECT c.kind AS kind, c.label AS label, c.key AS key, c.relation AS relation, c.debtors AS debtors
FROM counted c CROSS JOIN settings s
WHERE c.debtors >= s.least
ORDER BY debtors DESC, kind, key, relation
