"""What LinkedIn has and the sandbox does not imitate: names of resources below /v2 and /rest, and other paths.

A path of these answers 501 with a sentence; every other unknown path answers LinkedIn's 404. [I] The names are those of
LinkedIn's public documentation; which of the two gateways has them is not told apart.
"""

from __future__ import annotations

from sandbox.protocol.errors import ApiError, refused

RESOURCES = {
    "advertising": """adAccounts adAccountsV2 adAccountUsers adAccountUsersV2 adAnalytics adAnalyticsV2 adBudgetPricing
        adCampaigns adCampaignsV2 adCampaignGroups adCampaignGroupsV2 adCreatives adCreativesV2 creatives
        adDirectSponsoredContents adForms adFormResponses adInMailContents adLiftTests adPageSets adPreviews adSegments
        adSupplyForecasts adTargetTemplates adTargetingEntities adTargetingFacets audienceCounts audienceCountsV2
        audienceInsights brandLiftTests campaignConversions conversionEvents conversionMethods conversions dmpSegments
        adLibrary inMailContents insightTags insightTagDomains leadForms leadFormResponses leadNotifications
        mediaPlanning sponsoredConversations sponsoredMessageContents thirdPartyTrackingTags""",
    "pages and followers": """brandPages organizationAuthorizations organizationBrands organizationFollowers
        organizationalEntityFollowerStatistics organizationalEntityNotifications organizationPageStatistics
        peopleTypeahead eventSubscriptions webhooks""",
    "members": """clientAwareMemberHandles connections contactInfo educations emailAddress identityMe invitations
        locations memberAuthorizations memberChangeLogs memberCreatorVideoAnalytics memberFollowersCount
        memberSnapshotData people positions primaryContact profilePositions skills verificationReport vanityUrls""",
    "posts, events and media": """activities activityFeeds carousels celebrations contentSharing dynamicCards events
        eventRegistrations liveAssetActions liveEvents mediaLibrary mentions originalArticles posts richMediaUpload
        savedPosts shares shareStatistics ugcPosts videoAnalytics videos documents images assets""",
    "messages, jobs and learning": """conversations messages simpleJobPostings simpleJobPostingStatistics jobPostings
        jobs learningActivityReports learningAssets learningClassifications salesAccessTokens salesContacts""",
    "reference data": """countries countryGroups degrees fieldsOfStudy functions geo geoTypeahead industries
        industryTaxonomyVersions locales regions schools seniorities standardizedTitles states superTitles titles""",
}
KINDS = {name: kind for kind, names in RESOURCES.items() for name in names.split()}
PATHS = {"/oauth/native-pkce/": "sign-in of native programs with PKCE"}


def unanswered(path: str, imitated: frozenset[str]) -> ApiError:
    """The error for a path of LinkedIn's hosts that no route has: 501 where LinkedIn is known to answer, or else 404.

    `imitated` has the first two parts of every route's path, such as "rest/posts".
    """
    for start, what in PATHS.items():
        if path.startswith(start):
            return refused("not_imitated", what)
    parts = path.strip("/").split("/")
    gateway, name = (*parts, "")[:2]
    if gateway in ("v2", "rest") and name in KINDS and f"{gateway}/{name}" not in imitated:
        return refused("not_imitated", f"/{gateway}/{name} ({KINDS[name]})")
    return refused("no_resource")
