"""Every form of exchange, one line each."""

from customhouse.indicators.formats.csv_lists import read_csv, write_csv
from customhouse.indicators.formats.interface import Format
from customhouse.indicators.formats.misp_read import read_misp
from customhouse.indicators.formats.misp_write import write_misp
from customhouse.indicators.formats.osv import read_osv, write_osv
from customhouse.indicators.formats.sigma import write_sigma
from customhouse.indicators.formats.stix_read import read_stix
from customhouse.indicators.formats.stix_write import write_stix
from customhouse.indicators.formats.yara_read import read_yara
from customhouse.indicators.formats.yara_write import write_yara

FORMATS: tuple[Format, ...] = (
    Format("stix", "STIX 2.1 bundle", (".stix", ".json"), read_stix, write_stix),
    Format("misp", "MISP event", (".misp", ".json"), read_misp, write_misp),
    Format("osv", "OSV record", (".osv", ".json"), read_osv, write_osv),
    Format("sigma", "Sigma rules", (".yml", ".yaml"), None, write_sigma),
    Format("yara", "YARA rules", (".yar", ".yara"), read_yara, write_yara),
    Format("csv", "CSV or a plain list", (".csv", ".txt"), read_csv, write_csv),
)
BY_NAME: dict[str, Format] = {each.name: each for each in FORMATS}
