package io.winnow.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The written form of API keys: a prefix that scanners of leaked secrets can look for, and 256 random bits or more. */
final class KeyText {

    static final String PREFIX = "wnw_";

    private static final int BYTES = 32;

    /** 43 characters of base64 or 64 of hexadecimal are 256 bits. */
    private static final Pattern KEY = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43,128}");

    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private KeyText() {}

    static String random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static boolean isKey(@Nullable String text) {
        return text != null && KEY.matcher(text).matches();
    }

    static boolean isHash(@Nullable String text) {
        return text != null && HASH.matcher(text).matches();
    }

    /** What is kept of a key. It is random, so that a slow hash would add nothing. */
    static byte[] sha256(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
