"""The provider's other APIs: each has a host name, versions and names of its own, and none of them is emulated.

Source: https://www.twilio.com/docs/usage/api, and the paths that the provider's SDKs ask for.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

EMULATED: Final = ("api", "monitor", "voice")
"""The first label of the host names whose APIs are emulated, at least in part."""

_OTHERS: Final = """
voice v1 Archives DialingPermissions Settings
voice v2 AccountDefaultConfiguration Configurations
voice v3 Transcriptions
trunking v1 Trunks
insights v1 Conferences Video Voice
insights v2 Voice
insights v3 ControlPlane InsightsDomains
iam v1 Account Keys OrganizationApiKeys Policies Roles SAML
routes v2 PhoneNumbers SipDomains Trunks
routes v3 PhoneNumbers ShortCodes
lookups v1 PhoneNumbers
lookups v2 PhoneNumbers RateLimits batch
numbers v1 CallerIds HostedNumber Porting SenderIdRegistrations SigningRequest
numbers v2 HostedNumber RegulatoryCompliance ShortCodes
numbers v3 HostedNumbers
pricing v1 Messaging PhoneNumbers Voice
pricing v2 Trunking Voice
accounts v1 AuthTokens Consents Contacts Credentials SafeList
bulkexports v1 Exports
chat v1 Credentials Services
chat v2 Credentials Services
chat v3 Services
content v1 Content ContentAndApprovals LegacyContent
content v2 Content ContentAndApprovals
conversations v1 Configuration ConversationWithParticipants Conversations Credentials
conversations v1 ParticipantConversations Roles Services Users
conversations v2 ControlPlane Conversations
events v1 Schemas Sinks Subscriptions Types
flex-api v1 Channels Configuration FlexFlows Insights Interactions PluginService WebChannels
flex-api v2 Instances WebChats
frontline-api v1 Users
intelligence v2 OperatorTypes Operators Services Transcripts
intelligence v3 ControlPlane Conversations OperatorResults RuleExecutions
marketplace v1 AvailableAddOns InstalledAddOns Listing Listings ReferralConversion
messaging v1 Deactivations LinkShortening Services Tollfree
messaging v2 Channels Indicators LinkShortening
messaging v3 Indicators
notify v1 Credentials Services
proxy v1 Services
serverless v1 Services
studio v1 Flows
studio v2 Flows
supersim v1 ESimProfiles Fleets IpCommands NetworkAccessProfiles Networks SettingsUpdates Sims SmsCommands UsageRecords
sync v1 Services
taskrouter v1 Workspaces
trusthub v1 ComplianceInquiries CustomerProfiles EndUsers EndUserTypes Policies SupportingDocuments TrustProducts
verify v2 Attempts Forms SafeList Services Templates
video v1 CompositionHooks Compositions CompositionSettings Recordings RecordingSettings Rooms
webhooks v1 Webhooks
wireless v1 Commands RatePlans Sims UsageRecords
"""


def _by_place() -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for line in _OTHERS.split("\n"):
        api, version, *names = line.split() or ["", ""]
        for name in names:
            found.setdefault((version, name), []).append(api)
    return found


_BY_PLACE: Final = _by_place()


def other_api(base_url: str, path: str) -> str | None:
    """Return what is asked of an API that is not emulated, such as "v1/Trunks of the trunking API"; None for no such thing.

    Args:
        base_url: What the client put before the path: through the proxy, one of the provider's own names.
        path: The path, decoded.
    """
    host = urlsplit(base_url).hostname or ""
    api = host.partition(".")[0] if host.endswith(".twilio.com") else ""
    version, _, rest = path.removeprefix("/").partition("/")
    name = rest.partition("/")[0].partition(".")[0]
    asked = f"{version}/{name}" if name else version
    if api and api not in EMULATED:
        return f"{asked} of the {api} API"
    found = _BY_PLACE.get((version, name))
    return f"{asked} of the {' or '.join(found)} API" if found else None


def all_others() -> list[tuple[str, str, list[str]]]:
    """Return each API that is not emulated, its version, and its names."""
    rows = [line.split() for line in _OTHERS.split("\n") if line]
    return [(api, version, names) for api, version, *names in rows]
