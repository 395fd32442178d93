"""What each of Runway's models takes: fields that must and may be there and its ratios, read from the types of the
official client 5.24.0. The emulator's own table: the client under test does not read it."""

GEN4_5 = "1280:720 720:1280 1104:832 960:960 832:1104 1584:672"
GEN4_TURBO = "1280:720 720:1280 1104:832 832:1104 960:960 1584:672"
VEO3_1 = "1280:720 720:1280 1080:1920 1920:1080"
HAILUO3 = "adaptive 21:9 16:9 4:3 1:1 3:4 9:16"
SEEDANCE2 = (
    "992:432 864:496 752:560 640:640 560:752 496:864 1470:630 1280:720 1112:834 960:960 834:1112 720:1280 "
    "2206:946 1920:1080 1664:1248 1440:1440 1248:1664 1080:1920 3840:1646 3840:2160 3840:2880 3840:3840 2880:3840 "
    "2160:3840"
)
SEEDANCE2_FAST = "992:432 864:496 752:560 640:640 560:752 496:864 1470:630 1280:720 1112:834 960:960 834:1112 720:1280"
WAN3 = (
    "832:480 720:544 624:624 544:720 480:832 1280:720 1104:832 960:960 832:1104 720:1280 1920:1080 1648:1248 "
    "1440:1440 1248:1648 1080:1920 auto_480p auto_720p auto_1080p"
)
GEMINI_OMNI_FLASH_1_1 = "640:360 360:640 1280:720 720:1280 1920:1080 1080:1920 3840:2160 2160:3840"
SEEDANCE2_5 = (
    "992:432 854:480 752:560 640:640 560:752 480:854 1470:630 1280:720 1112:834 960:960 834:1112 720:1280 "
    "2206:946 1920:1080 1664:1248 1440:1440 1248:1664 1080:1920"
)
HAPPYHORSE_1_0 = "1280:720 720:1280 960:960 1108:832 832:1108 1920:1080 1080:1920 1440:1440 1662:1248 1248:1662"
KLING2_5_TURBO_PRO = "1920:1080 1440:1440 1080:1920 1280:720 720:720 720:1280"
GROK_IMAGINE_1_5 = "1:1 16:9 9:16 4:3 3:4 3:2 2:3"
GROK_IMAGINE_1_5_LITE = (
    "848:480 480:848 480:480 640:480 480:640 720:480 480:720 1280:720 720:1280 720:720 960:720 720:960 1088:720 "
    "720:1088 1904:1072 1072:1904 1424:1424 1648:1232 1232:1648 1744:1152 1152:1744"
)
KLING_4 = "1280:720 720:1280 940:940 1460:624 1920:1080 1080:1920 1440:1440 2200:940 auto_720p auto_1080p"
GEN4_IMAGE_TURBO = (
    "1024:1024 1080:1080 1168:880 1360:768 1440:1080 1080:1440 1808:768 1920:1080 1080:1920 2112:912 1280:720 "
    "720:1280 720:720 960:720 720:960 1680:720"
)
GPT_IMAGE_2 = (
    "2048:880 1920:1088 1920:1280 1920:1440 1920:1536 1920:1920 1536:1920 1440:1920 1280:1920 1088:1920 2912:1248 "
    "2560:1440 2560:1712 2560:1920 2560:2048 2560:2560 2048:2560 1920:2560 1712:2560 1440:2560 3840:1648 "
    "3840:2160 3504:2336 3264:2448 3200:2560 2880:2880 2560:3200 2448:3264 2336:3504 2160:3840 auto"
)
GEMINI_IMAGE3_1_FLASH = (
    "512:512 416:624 624:416 432:592 592:432 448:576 576:448 384:672 672:384 768:336 256:1024 1024:256 176:1408 "
    "1408:176 1024:1024 832:1248 1248:832 864:1184 1184:864 896:1152 1152:896 768:1344 1344:768 1536:672 512:2048 "
    "2048:512 352:2816 2816:352 2048:2048 1696:2528 2528:1696 1792:2400 2400:1792 1856:2304 2304:1856 1536:2752 "
    "2752:1536 3168:1344 1024:4096 4096:1024 704:5632 5632:704 4096:4096 3392:5056 5056:3392 3584:4800 4800:3584 "
    "3712:4608 4608:3712 3072:5504 5504:3072 6336:2688 2048:8192 8192:2048 1408:11264 11264:1408"
)
MUSE_IMAGE = "2352:1008 2016:1152 1920:1280 1792:1344 1600:1600 1344:1792 1280:1920 1152:2016 auto"
SEEDREAM5_PRO = (
    "1024:1024 1184:896 896:1184 1376:768 768:1376 1296:864 864:1296 2048:2048 2304:1728 1728:2304 2720:1530 "
    "1530:2720 2496:1664 1664:2496 auto_1k auto_2k"
)
SEEDREAM5_LITE = (
    "2048:2048 2304:1728 1728:2304 2848:1600 1600:2848 2496:1664 1664:2496 3136:1344 3072:3072 3456:2592 "
    "2592:3456 4096:2304 2304:4096 3744:2496 2496:3744 4704:2016 *"
)
GROK_IMAGINE_IMAGE_2 = (
    "1024:1024 1280:720 720:1280 1152:864 864:1152 1248:832 832:1248 1248:576 576:1248 1280:576 576:1280 1408:704 "
    "704:1408 2048:2048 2816:1584 1584:2816 2368:1776 1776:2368 2496:1664 1664:2496 2912:1344 1344:2912 3200:1440 "
    "1440:3200 2912:1456 1456:2912 auto_1k auto_2k"
)
GEMINI_IMAGE3_1_FLASH_LITE = (
    "1024:1024 848:1264 1264:848 896:1200 1200:896 928:1152 1152:928 768:1376 1376:768 1584:672"
)
GEMINI_IMAGE3_PRO = (
    "1344:768 768:1344 1024:1024 1184:864 864:1184 1536:672 832:1248 1248:832 896:1152 1152:896 2048:2048 "
    "1696:2528 2528:1696 1792:2400 2400:1792 1856:2304 2304:1856 1536:2752 2752:1536 3168:1344 4096:4096 "
    "3392:5056 5056:3392 3584:4800 4800:3584 3712:4608 4608:3712 3072:5504 5504:3072 6336:2688"
)
BRIA_FIBO_1_5 = (
    "1024:1024 768:1152 1152:768 768:1024 1024:768 768:960 960:768 576:1024 1024:576 2048:2048 1536:2304 "
    "2304:1536 1536:2048 2048:1536 1536:1920 1920:1536 1152:2048 2048:1152"
)
BRIA_FIBO_EDIT_1_5 = "1024:1024 768:1152 1152:768 768:1024 1024:768 768:960 960:768 576:1024 1024:576 auto"
IDEOGRAM_4_0 = "2048:2048 2560:1440 1440:2560 2304:1728 1728:2304 2496:1664 1664:2496 3072:1280 1280:3072"
IDEOGRAM_4_5 = (
    "1024:1024 1280:720 720:1280 1152:864 864:1152 1248:832 832:1248 1120:896 896:1120 1440:720 720:1440 "
    "2048:2048 2560:1440 1440:2560 2304:1728 1728:2304 2496:1664 1664:2496 2240:1792 1792:2240 2880:1440 "
    "1440:2880 1024:576 576:1024 1408:704 704:1408 auto"
)
SEEDREAM5_FLASH = (
    "1024:1024 1184:896 896:1184 1376:768 768:1376 1248:832 832:1248 1568:672 2048:2048 2304:1728 1728:2304 "
    "2848:1600 1600:2848 2496:1664 1664:2496 3136:1344 auto_1k auto_2k"
)
NANO_BANANA_2_1 = (
    "1024:1024 848:1264 1264:848 896:1200 1200:896 928:1152 1152:928 768:1376 1376:768 1584:672 512:2064 2064:512 "
    "352:2928 2928:352 2048:2048 1696:2528 2528:1696 1792:2400 2400:1792 1856:2304 2304:1856 1536:2752 2752:1536 "
    "3168:1344 1024:4128 4128:1024 704:5856 5856:704 4096:4096 3392:5056 5056:3392 3584:4800 4800:3584 3712:4608 "
    "4608:3712 3072:5504 5504:3072 6336:2688 2048:8256 8256:2048 1408:11712 11712:1408"
)
RECRAFT_V4_1_FLASH = (
    "1024:1024 1536:768 768:1536 1280:832 832:1280 1216:896 896:1216 1152:896 896:1152 832:1344 1280:896 896:1280 "
    "1344:768 768:1344"
)
RECRAFT_V4_1_VECTOR = "1024:1024 1216:896 896:1216 1344:768 768:1344"
GEMINI_2_5_FLASH = "1344:768 768:1344 1024:1024 1184:864 864:1184 1536:672 832:1248 1248:832 896:1152 1152:896"
ACT_TWO = "1280:720 720:1280 960:960 1104:832 832:1104 1584:672"

MODELS: dict[tuple[str, str], tuple[str, str, str, str]] = {
    ("image_to_video", "gen4.5"): (
        "duration promptImage promptText ratio",
        "contentModeration outputFormat proresProfile seed", GEN4_5, "first"),
    ("image_to_video", "gen4_turbo"): (
        "promptImage ratio",
        "contentModeration duration promptText seed", GEN4_TURBO, "first"),
    ("image_to_video", "veo3.1"): (
        "promptImage ratio",
        "audio duration negativePrompt promptText seed", VEO3_1, "first last"),
    ("image_to_video", "veo3.1_fast"): (
        "promptImage ratio",
        "audio duration negativePrompt promptText seed", VEO3_1, "first last"),
    ("image_to_video", "klingO3_4k"): (
        "promptImage",
        "audio duration promptText providerSettings ratio references", "3840:2160 2160:3840 2880:2880", "first last"),
    ("image_to_video", "hailuo3"): (
        "promptImage promptText",
        "duration ratio referenceAudio resolution", HAILUO3, "first last plain"),
    ("image_to_video", "kling3.0_4k"): (
        "promptImage",
        "audio cfgScale duration promptText providerSettings ratio", "3840:2160 2160:3840 2880:2880", "first last"),
    ("image_to_video", "happyhorse_1_0"): ("promptImage", "duration promptText resolution", "", "first"),
    ("image_to_video", "kling2.5_turbo_pro"): ("promptImage promptText", "cfgScale duration", "", "first last"),
    ("image_to_video", "kling3.0_pro"): (
        "promptImage",
        "audio cfgScale duration promptText providerSettings ratio", "1920:1080 1080:1920 1440:1440", "first last"),
    ("image_to_video", "kling3.0_standard"): (
        "promptImage",
        "audio cfgScale duration promptText providerSettings ratio", "1280:720 720:1280 960:960", "first last"),
    ("image_to_video", "klingO3_pro"): (
        "promptImage",
        "audio duration promptText providerSettings ratio references", "1920:1080 1080:1920 1440:1440", "first last"),
    ("image_to_video", "klingO3_standard"): (
        "promptImage",
        "audio duration promptText providerSettings ratio references", "1280:720 720:1280 960:960", "first last"),
    ("image_to_video", "seedance2"): (
        "promptImage",
        "audio duration promptText ratio referenceAudio seed", SEEDANCE2, "first last plain"),
    ("image_to_video", "seedance2_fast"): (
        "promptImage",
        "audio duration promptText ratio referenceAudio seed", SEEDANCE2_FAST, "first last plain"),
    ("image_to_video", "seedance2_mini"): (
        "promptImage",
        "audio duration promptText ratio referenceAudio seed", SEEDANCE2_FAST, "first last plain"),
    ("image_to_video", "gemini_omni_flash"): ("promptImage", "duration promptText ratio", "1280:720 720:1280", "first"),
    ("image_to_video", "grok_imagine_1_5"): ("promptImage", "duration promptText resolution", "", "first"),
    ("image_to_video", "wan3"): (
        "promptImage promptText",
        "audio duration ratio referenceAudio referenceVideos", WAN3, "first last plain"),
    ("image_to_video", "gemini_omni_flash_1.1"): (
        "promptImage promptText",
        "duration ratio", GEMINI_OMNI_FLASH_1_1, "first last"),
    ("image_to_video", "wan3_prime"): (
        "promptImage promptText",
        "audio duration ratio referenceAudio referenceVideos", WAN3, "first last plain"),
    ("image_to_video", "h3_max"): (
        "promptImage promptText",
        "duration promptExpansionMode resolution seed", "", "first last"),
    ("image_to_video", "seedance2_5"): (
        "promptImage",
        "audio draft duration outputFormat promptText ratio referenceAudio seed", SEEDANCE2_5, "first last plain"),
    ("image_to_video", "grok_imagine_1_5_lite"): (
        "promptImage",
        "duration promptText ratio", "auto_480p auto_720p auto_1080p", "first"),
    ("image_to_video", "kling_4"): (
        "promptImage",
        "duration promptText ratio references referenceVideos", "auto_720p auto_1080p", "first last plain"),
    ("text_to_video", "gen4.5"): (
        "duration promptText ratio",
        "contentModeration outputFormat proresProfile seed", "1280:720 720:1280", ""),
    ("text_to_video", "veo3.1"): ("promptText ratio", "audio duration negativePrompt seed", VEO3_1, ""),
    ("text_to_video", "veo3.1_fast"): ("promptText ratio", "audio duration negativePrompt seed", VEO3_1, ""),
    ("text_to_video", "klingO3_4k"): (
        "ratio",
        "audio duration promptText providerSettings", "3840:2160 2160:3840 2880:2880", ""),
    ("text_to_video", "hailuo3"): (
        "promptText",
        "duration ratio referenceAudio references referenceVideos resolution", HAILUO3, ""),
    ("text_to_video", "kling3.0_4k"): (
        "ratio",
        "audio cfgScale duration promptText providerSettings", "3840:2160 2160:3840 2880:2880", ""),
    ("text_to_video", "happyhorse_1_0"): ("promptText", "duration ratio", HAPPYHORSE_1_0, ""),
    ("text_to_video", "kling2.5_turbo_pro"): ("promptText", "cfgScale duration ratio", KLING2_5_TURBO_PRO, ""),
    ("text_to_video", "kling3.0_pro"): (
        "ratio",
        "audio cfgScale duration promptText providerSettings", "1920:1080 1080:1920 1440:1440", ""),
    ("text_to_video", "kling3.0_standard"): (
        "ratio",
        "audio cfgScale duration promptText providerSettings", "1280:720 720:1280 960:960", ""),
    ("text_to_video", "klingO3_pro"): (
        "ratio",
        "audio duration promptText providerSettings", "1920:1080 1080:1920 1440:1440", ""),
    ("text_to_video", "klingO3_standard"): (
        "ratio",
        "audio duration promptText providerSettings", "1280:720 720:1280 960:960", ""),
    ("text_to_video", "seedance2"): (
        "promptText",
        "audio duration ratio referenceAudio references referenceVideos seed", SEEDANCE2, ""),
    ("text_to_video", "seedance2_fast"): (
        "promptText",
        "audio duration ratio referenceAudio references referenceVideos seed", SEEDANCE2_FAST, ""),
    ("text_to_video", "seedance2_mini"): (
        "promptText",
        "audio duration ratio referenceAudio references referenceVideos seed", SEEDANCE2_FAST, ""),
    ("text_to_video", "gemini_omni_flash"): ("promptText", "duration ratio", "1280:720 720:1280", ""),
    ("text_to_video", "grok_imagine_1_5"): (
        "promptText",
        "duration ratio referenceAudio references resolution", GROK_IMAGINE_1_5, ""),
    ("text_to_video", "wan3"): (
        "promptText",
        "audio duration ratio referenceAudio references referenceVideos", WAN3, ""),
    ("text_to_video", "gemini_omni_flash_1.1"): (
        "promptText",
        "duration ratio references referenceVideos", GEMINI_OMNI_FLASH_1_1, ""),
    ("text_to_video", "wan3_prime"): (
        "promptText",
        "audio duration ratio referenceAudio references referenceVideos", WAN3, ""),
    ("text_to_video", "h3_max"): ("promptText", "duration promptExpansionMode resolution seed", "", ""),
    ("text_to_video", "seedance2_5"): (
        "",
        ("audio draft draftTaskId duration outputFormat promptText ratio referenceAudio references "
         "referenceVideos seed"), SEEDANCE2_5, ""),
    ("text_to_video", "grok_imagine_1_5_lite"): ("promptText", "duration ratio", GROK_IMAGINE_1_5_LITE, ""),
    ("text_to_video", "kling_4"): ("promptText", "duration ratio references referenceVideos", KLING_4, ""),
    ("video_to_video", "aleph2"): (
        "videoUri",
        ("contentModeration keyframes outputFormat promptText proresProfile ratio seed "
         "targetAspectRatio"), "", ""),
    ("video_to_video", "klingO3_4k"): ("promptText promptVideo", "providerSettings references", "", ""),
    ("video_to_video", "hailuo3"): (
        "promptText promptVideo",
        "duration ratio referenceAudio references referenceVideos resolution", HAILUO3, ""),
    ("video_to_video", "klingO3_pro"): ("promptText promptVideo", "providerSettings references", "", ""),
    ("video_to_video", "klingO3_standard"): ("promptText promptVideo", "providerSettings references", "", ""),
    ("video_to_video", "seedance2"): (
        "promptVideo",
        "audio duration promptText ratio referenceAudio references referenceVideos seed", SEEDANCE2, ""),
    ("video_to_video", "seedance2_fast"): (
        "promptVideo",
        "audio duration promptText ratio referenceAudio references referenceVideos seed", SEEDANCE2_FAST, ""),
    ("video_to_video", "seedance2_mini"): (
        "promptVideo",
        "audio duration promptText ratio referenceAudio references referenceVideos seed", SEEDANCE2_FAST, ""),
    ("video_to_video", "gemini_omni_flash"): ("promptText videoUri", "references", "", ""),
    ("video_to_video", "gemini_omni_flash_1.1"): (
        "promptText videoUri",
        "duration mode ratio references", GEMINI_OMNI_FLASH_1_1, ""),
    ("video_to_video", "seedance2_5"): (
        "promptVideo",
        ("audio draft duration mode outputFormat promptText ratio referenceAudio references "
         "referenceVideos seed"), SEEDANCE2_5, ""),
    ("video_to_video", "kling_4"): ("promptText videoUri", "ratio references", "auto_720p auto_1080p", ""),
    ("text_to_image", "gen4_image_turbo"): (
        "promptText ratio referenceImages",
        "contentModeration seed", GEN4_IMAGE_TURBO, ""),
    ("text_to_image", "gen4_image"): (
        "promptText ratio",
        "contentModeration referenceImages seed", GEN4_IMAGE_TURBO, ""),
    ("text_to_image", "gpt_image_2"): (
        "promptText ratio",
        "background outputCount quality referenceImages", GPT_IMAGE_2, ""),
    ("text_to_image", "gemini_image3.1_flash"): (
        "promptText ratio",
        "outputCount referenceImages", GEMINI_IMAGE3_1_FLASH, ""),
    ("text_to_image", "muse_image"): ("promptText ratio", "outputCount outputFormat referenceImages", MUSE_IMAGE, ""),
    ("text_to_image", "seedream5_pro"): (
        "promptText ratio",
        "grounding outputCount outputFormat referenceImages", SEEDREAM5_PRO, ""),
    ("text_to_image", "seedream5_lite"): (
        "promptText ratio",
        "grounding outputCount outputFormat referenceImages", SEEDREAM5_LITE, ""),
    ("text_to_image", "grok_imagine_image_2"): (
        "promptText ratio",
        "edit outputCount quality referenceImages", GROK_IMAGINE_IMAGE_2, ""),
    ("text_to_image", "gemini_image3.1_flash_lite"): (
        "promptText ratio",
        "outputCount referenceImages", GEMINI_IMAGE3_1_FLASH_LITE, ""),
    ("text_to_image", "gemini_image3_pro"): ("promptText ratio", "outputCount referenceImages", GEMINI_IMAGE3_PRO, ""),
    ("text_to_image", "gpt_image_2_5_flare"): (
        "promptText ratio",
        "background outputCount quality referenceImages", GPT_IMAGE_2, ""),
    ("text_to_image", "gpt_image_2_5_sunburst"): (
        "promptText ratio",
        "background outputCount quality referenceImages", GPT_IMAGE_2, ""),
    ("text_to_image", "bria_fibo_1_5"): ("promptText ratio", "outputFormat referenceImages seed", BRIA_FIBO_1_5, ""),
    ("text_to_image", "bria_fibo_edit_1_5"): (
        "promptText",
        "outputFormat ratio referenceImages seed", BRIA_FIBO_EDIT_1_5, ""),
    ("text_to_image", "ideogram_4_0"): ("promptText", "outputCount quality ratio referenceImages", IDEOGRAM_4_0, ""),
    ("text_to_image", "ideogram_4_5"): (
        "promptText",
        "maskUri outputCount preciseEdit quality ratio referenceImages", IDEOGRAM_4_5, ""),
    ("text_to_image", "seedream5_flash"): (
        "promptText ratio",
        "outputCount outputFormat referenceImages", SEEDREAM5_FLASH, ""),
    ("text_to_image", "nano_banana_2.1"): (
        "promptText ratio",
        "outputCount referenceImages thinkingLevel", NANO_BANANA_2_1, ""),
    ("text_to_image", "recraft_v4_1_flash"): (
        "promptText ratio",
        "backgroundColor colors outputCount outputFormat seed", RECRAFT_V4_1_FLASH, ""),
    ("text_to_image", "recraft_v4_1_vector"): ("promptText", "backgroundColor colors ratio", RECRAFT_V4_1_VECTOR, ""),
    ("text_to_image", "gemini_2.5_flash"): ("promptText ratio", "referenceImages", GEMINI_2_5_FLASH, ""),
    ("character_performance", "act_two"): (
        "character reference",
        "bodyControl contentModeration expressionIntensity ratio seed", ACT_TWO, ""),
}
"""(Route, model): needed fields, further fields, ratios (``*`` for any), and where its pictures may be placed."""
