"""The field registry: every name that an answer may hold, by resource, with the evidence for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.protocol.evidence import Evidence

Groups = dict[str, str]  # evidence, such as "D:S13", and names at any depth

ERROR: Groups = {
    "C:C9": "status serviceErrorCode code message errorDetailType errorDetails inputErrors description input",
    "D:S1": "error error_description",
}
LISTS: Groups = {"D:S11": "elements paging start count links", "I": "total", "C:C10": "results statuses errors"}
PICTURES: Groups = {
    "C:P": "identifiers identifier",
    "I": """artifact authorizationMethod data displayAspectRatio displaySize file formatted height heightAspect
        identifierExpiresInSeconds identifierType index mediaType name rawCodecSpec storageAspectRatio storageSize type
        uom width widthAspect""",
}
MEMBER: Groups = {
    "D:S11": """id localizedFirstName localizedLastName localizedHeadline vanityName firstName lastName headline
        localized preferredLocale country language profilePicture displayImage"""
}
PAGE: Groups = {
    "D:S15": "id localizedName vanityName logoV2",
    "C:C13": "original",
    "I": "name localized preferredLocale country language cropped $URN organizationStatus",
}
UPLOAD: Groups = {
    "D:S9": """value image document uploadUrl uploadUrlExpiresAt id owner status downloadUrl downloadUrlExpiresAt""",
}
COMMENT: Groups = {
    "D:S13": """id $URN commentUrn actor object created lastModified time message text attributes start length value
        person organization content entity image parentComment""",
    "D:S15": """likesSummary totalLikes aggregatedTotalLikes commentsSummary totalFirstLevelComments
        aggregatedTotalComments""",
    "I": "type url",
}
REACTION: Groups = {"D:S13": "id reactionType created lastModified actor time root"}

ANSWERS: dict[str, tuple[Groups, ...]] = {
    "accessToken": (
        {"D:S1": "access_token expires_in refresh_token refresh_token_expires_in scope", "C:C9": "token_type id_token"},
    ),
    "introspectToken": ({"D:S2": "active client_id authorized_at created_at status expires_at scope auth_type"},),
    "discovery": (
        {
            "C:S5": """issuer authorization_endpoint token_endpoint userinfo_endpoint jwks_uri response_types_supported
                subject_types_supported id_token_signing_alg_values_supported scopes_supported claims_supported"""
        },
    ),
    "jwks": ({"C:C9": "keys kty e kid n"},),
    "userinfo": (
        {"D:S4": "sub name given_name family_name picture locale email email_verified", "C:C2": "country language"},
    ),
    "me": (MEMBER, PICTURES),
    "ugcPosts": ({"C:G": "id"},),
    "assets": (
        {
            "D:S6": "value uploadMechanism uploadUrl headers mediaArtifact asset",
            "C:C9": """assetRealTimeTopic media-type-family partUploadRequests byteRange firstByte lastByte url
                urlExpiresAt metadata Content-Type""",
            "D:S7": """created id lastModified mediaTypeFamily recipes recipe status serviceRelationships
                relationshipType identifier""",
        },
    ),
    "partnerApiPostsExternal": (
        {
            "D:S8": """id author commentary visibility lifecycleState lifecycleStateInfo isEditedByAuthor distribution
                feedDistribution targetEntities thirdPartyDistributionChannels content article source title
                description thumbnail media altText isReshareDisabledByAuthor createdAt publishedAt lastModifiedAt
                reshareContext parent contentLandingPage contentCallToActionLabel adContext container""",
            "D:S9": """multiImage images poll question options text settings duration voteSelectionType
                isVoterVisibleToAuthor""",
        },
    ),
    "images": (UPLOAD,),
    "documents": (UPLOAD,),
    "partnerApiVideosExternal": (
        UPLOAD,
        {
            "D:S9": """video uploadUrlsExpireAt uploadInstructions firstByte lastByte uploadToken duration
                aspectRatioWidth aspectRatioHeight thumbnail captions processingFailureReason""",
            "C:P": "captionsUploadUrl thumbnailUploadUrl",
        },
    ),
    "socialActions": (COMMENT,),
    "partnerApiSocialActions": (COMMENT,),
    "reactions": (REACTION,),
    "partnerApiReactions": (REACTION,),
    "partnerApiSocialMetadata": (
        {"D:S13": "reactionSummaries reactionType commentSummary topLevelCount commentsState", "I": "entity"},
    ),
    "organizations": (PAGE, PICTURES),
    "organizationsLookup": (PAGE, PICTURES),
    "organizationAcls": ({"D:S13": "organization roleAssignee role state"}, PAGE, MEMBER, PICTURES),
    "organizationalEntityAcls": (
        {"D:S13": "roleAssignee role state", "C:C13": "organizationalTarget"},
        *(PAGE, MEMBER, PICTURES),
    ),
    "networkSizes": ({"D:S15": "firstDegreeSize"},),
    "organizationalEntityShareStatistics": (
        {
            "D:S15": """organizationalEntity totalShareStatistics impressionCount uniqueImpressionsCount clickCount
                likeCount commentCount shareCount engagement""",
            "I": "share ugcPost",
        },
    ),
    "memberCreatorPostAnalytics": ({"D:S13": "metricType targetEntity share ugc dateRange end day month year"},),
}

BY_KEY = ("results", "statuses", "errors")  # of an answer to a batch


def fields_of(resource: str) -> dict[str, Evidence]:
    """Every name that an answer of this resource may hold, at any depth; of an unknown resource those of lists only."""
    groups = [*ANSWERS.get(resource, ()), LISTS, ERROR]  # an answer to a batch holds errors
    found: dict[str, Evidence] = {}
    for group in groups:
        for written, names in group.items():
            found = dict.fromkeys(names.split(), Evidence.read(written)) | found
    return found


def names_in(document: Any) -> Iterator[str]:
    """The names of a JSON document's fields, at any depth. Keys that are data are left out: URNs, ids, locales, enums.

    What decorates a URN counts under the URN's name. The keys of an answer to a batch are whatever the caller sent.
    """
    if isinstance(document, list):
        for each in document:
            yield from names_in(each)
    elif isinstance(document, dict):
        for name, value in document.items():
            is_data = ":" in name or "." in name or name.isdigit() or name.isupper() or name[2:3] == "_"
            if not is_data:
                yield name.removesuffix("~")
            is_batch = name in BY_KEY and isinstance(value, dict)
            yield from names_in(list(value.values()) if is_batch else value)
