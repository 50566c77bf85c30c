"""What constants and names can speak of: the table behind `Mention`.

Facts only: whether a mention means anything is for the rules, which see in what phase it stands and what else the file
can do. The services and tools are those of public write-ups on malicious packages of the last years.
"""

from customhouse.model.code import MentionKind
from customhouse.source import mention_harm as harm
from customhouse.source import mention_services as services
from customhouse.source.mention_sign import Sign

SIGNS: tuple[Sign, ...] = (
    *services.DROPS,
    *services.THROWAWAY,
    *services.ADDRESSES,
    *services.LOOKUPS,
    *services.METADATA,
    *services.PUBLISHING,
    *services.SOURCE_HOSTS,
    *services.SCANNERS,
    *services.TOKENS,
    *services.RUNNERS,
    *services.ASSISTANTS,
    *harm.SHELLS,
    *harm.PERSISTENCE,
    *harm.HOOKS,
    *harm.MINERS,
    *harm.WALLETS,
    *harm.CAPTURE,
    *harm.ANALYSIS,
    *harm.DESTRUCTION,
    *harm.DELETION,
)

#: Kinds that make a file worth reading even where nothing in it acts: another file may use its constants.
TELLING_KINDS: frozenset[MentionKind] = frozenset(
    {"drop-service", "throwaway-host", "raw-address", "cloud-metadata", "reverse-shell", "miner", "secret-scanner"}
)
