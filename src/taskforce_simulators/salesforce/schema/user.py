"""User's standard fields; the legend stands in ``fields``. Source: reference section 7."""

from typing import Final

USER: Final = """
Id|id|18|!
Username|string|80|cu!
LastName|string|80|cu!||in:Name
FirstName|string|40|cu||in:Name
MiddleName|string|40|cu||in:Name @middle
Suffix|string|40|cu||in:Name @middle
Name|string|121|!
CompanyName|string|80|cu
Division|string|80|cu
Department|string|80|cu
Title|string|80|cu
*address|
Email|email|128|cu!
EmailPreferencesAutoBcc|boolean|0|cu!
EmailPreferencesAutoBccStayInTouch|boolean|0|cu!
EmailPreferencesStayInTouchReminder|boolean|0|cu!
SenderEmail|email|80|cu
SenderName|string|80|cu
Signature|textarea|1333|cu
StayInTouchSubject|string|80|cu
StayInTouchSignature|textarea|512|cu
StayInTouchNote|string|512|cu
Phone|phone|40|cu
Fax|phone|40|cu
MobilePhone|phone|40|cu
Alias|string|8|cu!
CommunityNickname|string|40|cu!
BadgeText|string|80
IsActive|boolean|0|cu!
TimeZoneSidKey|picklist|40|cu!||values:time_zone
UserRoleId|reference|18|cu||to:UserRole/UserRole
LocaleSidKey|picklist|40|cu!||values:locale
ReceivesInfoEmails|boolean|0|cu!
ReceivesAdminInfoEmails|boolean|0|cu!
EmailEncodingKey|picklist|40|cu!||values:encoding
DefaultCurrencyIsoCode|picklist|3|cu||values:currency @currency
CurrencyIsoCode|picklist|3|cu!||values:currency @currency
ProfileId|reference|18|cu!||to:Profile/Profile
UserType|picklist|40|||values:user_type
LanguageLocaleKey|picklist|40|cu!||values:language
EmployeeNumber|string|20|cu
DelegatedApproverId|reference|18|cu||to:Group,User
ManagerId|reference|18|cu||to:User/Manager
LastLoginDate|datetime|0
LastPasswordChangeDate|datetime|0
CreatedDate|datetime|0|!
CreatedById|reference|18|!||to:User/CreatedBy
LastModifiedDate|datetime|0|!
LastModifiedById|reference|18|!||to:User/LastModifiedBy
SystemModstamp|datetime|0|!
NumberOfFailedLogins|int|9
OfflineTrialExpirationDate|datetime|0
OfflinePdaTrialExpirationDate|datetime|0
ForecastEnabled|boolean|0|cu!
ContactId|reference|18|cu||to:Contact/Contact
AccountId|reference|18|||to:Account/Account
CallCenterId|reference|18|cu||to:CallCenter
Extension|phone|40|cu
FederationIdentifier|string|512|cu
AboutMe|textarea|1000|cu
FullPhotoUrl|url|1024
SmallPhotoUrl|url|1024
IsExtIndicatorVisible|boolean|0|!
OutOfOfficeMessage|string|40
MediumPhotoUrl|url|1024
DigestFrequency|picklist|40|cu!||values:digest
DefaultGroupNotificationFrequency|picklist|40|cu!||values:digest_group
LastViewedDate|datetime|0
LastReferencedDate|datetime|0
BannerPhotoUrl|url|1024
SmallBannerPhotoUrl|url|1024
MediumBannerPhotoUrl|url|1024
IsProfilePhotoActive|boolean|0|!
"""

PERMISSIONS: Final = """
MarketingUser OfflineUser AvantgoUser CallCenterAutoLogin SFContentUser KnowledgeUser InteractionUser SupportUser
LiveAgentUser
"""

PREFERENCES: Final = """
ActivityRemindersPopup EventRemindersCheckboxDefault TaskRemindersCheckboxDefault ReminderSoundOff
DisableAllFeedsEmail DisableFollowersEmail DisableProfilePostEmail DisableChangeCommentEmail
DisableLaterCommentEmail DisProfPostCommentEmail ContentNoEmail ContentEmailAsAndWhen ApexPagesDeveloperMode
ReceiveNoNotificationsAsApprover ReceiveNotificationsAsDelegatedApprover HideCSNGetChatterMobileTask
DisableMentionsPostEmail DisMentionsCommentEmail HideCSNDesktopTask HideChatterOnboardingSplash
HideSecondChatterOnboardingSplash DisCommentAfterLikeEmail DisableLikeEmail SortFeedByComment DisableMessageEmail
DisableBookmarkEmail DisableSharePostEmail EnableAutoSubForFeeds DisableFileShareNotificationsForApi
ShowTitleToExternalUsers ShowManagerToExternalUsers ShowEmailToExternalUsers ShowWorkPhoneToExternalUsers
ShowMobilePhoneToExternalUsers ShowFaxToExternalUsers ShowStreetAddressToExternalUsers ShowCityToExternalUsers
ShowStateToExternalUsers ShowPostalCodeToExternalUsers ShowCountryToExternalUsers ShowProfilePicToGuestUsers
ShowTitleToGuestUsers ShowCityToGuestUsers ShowStateToGuestUsers ShowPostalCodeToGuestUsers ShowCountryToGuestUsers
ShowForecastingChangeSignals HideS1BrowserUI DisableEndorsementEmail PathAssistantCollapsed CacheDiagnostics
ShowEmailToGuestUsers ShowManagerToGuestUsers ShowWorkPhoneToGuestUsers ShowMobilePhoneToGuestUsers
ShowFaxToGuestUsers ShowStreetAddressToGuestUsers LightningExperiencePreferred PreviewLightning
HideEndUserOnboardingAssistantModal HideLightningMigrationModal HideSfxWelcomeMat HideBiggerPhotoCallout
GlobalNavBarWTShown GlobalNavGridMenuWTShown CreateLEXAppsWTShown FavoritesWTShown RecordHomeSectionCollapseWTShown
RecordHomeReservedWTShown FavoritesShowTopFavorites ExcludeMailAppAttachments SuppressTaskSFXReminders
SuppressEventSFXReminders PreviewCustomTheme HasCelebrationBadge UserDebugModePref SRHOverrideActivities
NewLightningReportRunPageEnabled ReverseOpenActivitiesView ShowTerritoryTimeZoneShifts HasSentWarningEmail
HasSentWarningEmail238 HasSentWarningEmail240 NativeEmailClient SendListEmailThroughExternalService
HideBrowseProductRedirectConfirmation HideOnlineSalesAppWelcomeMat
"""
