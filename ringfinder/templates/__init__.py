"""Stage *templates*: complaint texts that are nearly the same, after names, numbers and dates are taken out."""

from ringfinder.templates.attach import attach_templates
from ringfinder.templates.groups import TemplateGroups, template_groups
from ringfinder.templates.strip import strip_text

__all__ = ["TemplateGroups", "attach_templates", "strip_text", "template_groups"]
