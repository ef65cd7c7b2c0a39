"""Files of a documented contract: deals, stages, payments and more of any other CRM."""

from ingestion.registry import SourceSpec
from ingestion.settings import Settings
from ingestion.sources.files.config import FilesSection
from ingestion.sources.files.doctor import doctor
from ingestion.sources.files.problems import PROBLEMS
from ingestion.sources.files.resources import build
from ingestion.sources.files.settings import NAME


def dbt_vars(settings: Settings) -> dict[str, str]:
    """The account of the files' deals, and which feeds the company brings as files."""
    section = settings.section(FilesSection)
    return {"files_account_id": str(section.account_id), "files_feeds": " ".join(section.feeds)}


SOURCE = SourceSpec(
    name=NAME,
    title="Files of any other CRM",
    title_ru="Файлы из другой CRM",
    section=FilesSection,
    brings=frozenset({"deals", "money", "inquiries"}),
    build=build,
    doctor=doctor,
    problems=PROBLEMS,
    dbt_vars=dbt_vars,
)
