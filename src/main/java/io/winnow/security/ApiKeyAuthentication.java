package io.winnow.security;

import java.util.List;
import org.springframework.dao.DataAccessException;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.Authentication;
import org.springframework.transaction.TransactionException;

/** Tells by an API key who the caller is. */
final class ApiKeyAuthentication implements AuthenticationProvider {

    private final ApiKeys keys;

    ApiKeyAuthentication(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    public Authentication authenticate(Authentication presented) {
        try {
            return keys.holder(((Presented) presented).key)
                    .map(holder -> new Caller("key:" + holder.name(), List.of(holder.scope())))
                    .orElseThrow(() -> new BadCredentialsException("no such key"));
        } catch (DataAccessException | TransactionException e) {
            throw new AuthenticationServiceException("the database does not answer", e);
        }
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return authentication == Presented.class;
    }

    /** A key as it came, not yet looked up. */
    static final class Presented extends AbstractAuthenticationToken {

        private final String key;

        Presented(String key) {
            super(List.of());
            this.key = key;
        }

        @Override
        public Object getCredentials() {
            return key;
        }

        @Override
        public Object getPrincipal() {
            return "";
        }
    }
}
