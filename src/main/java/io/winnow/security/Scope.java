package io.winnow.security;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a caller may do; each scope includes those before it. */
public enum Scope {
    /** Ask for what is there. */
    READ,
    /** Make new things: register, import, score, store. */
    SUBMIT,
    /** Delete, bring files, and give keys to others. */
    ADMIN;

    /** As it is written in requests, settings and tokens: {@code read}. */
    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its name among Spring Security's authorities, as tokens' scopes are called there. */
    String authority() {
        return "SCOPE_" + this;
    }
}
