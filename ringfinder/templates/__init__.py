"""Stage *templates*: complaint texts written from one source, near-identical or rewritten, and public texts."""

from ringfinder.templates.attach import KIN_RELATION, attach_templates
from ringfinder.templates.groups import TemplateGroups, template_groups
from ringfinder.templates.passages import passages
from ringfinder.templates.strip import strip_text

__all__ = ["KIN_RELATION", "TemplateGroups", "attach_templates", "passages", "strip_text", "template_groups"]
