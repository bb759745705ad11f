package io.winnow.security;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.core.convert.converter.Converter;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtGrantedAuthoritiesConverter;
import org.springframework.web.client.RestTemplate;

/**
 * Signed tokens of one issuer, made for this service. Keys come from the issuer's configured address only, whatever a token's
 * header says of them, and only the configured algorithms count, none of them symmetric.
 */
final class Tokens {

    private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int LONGEST_SUBJECT = 255;

    private Tokens() {}

    /** Asks the issuer for its keys when the first token comes: an issuer that starts later keeps nobody waiting. */
    static JwtDecoder decoder(OAuth2ResourceServerProperties.Jwt settings) {
        JwtDecoder asking = new SupplierJwtDecoder(() -> {
            NimbusJwtDecoder.JwkSetUriJwtDecoderBuilder builder = settings.getJwkSetUri() == null
                    ? NimbusJwtDecoder.withIssuerLocation(settings.getIssuerUri())
                    : NimbusJwtDecoder.withJwkSetUri(settings.getJwkSetUri());
            NimbusJwtDecoder decoder = builder.restOperations(issuer())
                    .validateType(false)
                    .jwsAlgorithms(algorithms ->
                            settings.getJwsAlgorithms().forEach(name -> algorithms.add(SignatureAlgorithm.from(name))))
                    .build();
            JwtTypeValidator type = new JwtTypeValidator("JWT", "at+jwt");
            type.setAllowEmpty(true);
            decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                    new JwtTimestampValidator(CLOCK_SKEW),
                    new JwtClaimValidator<>(JwtClaimNames.EXP, Objects::nonNull),
                    new JwtIssuerValidator(settings.getIssuerUri()),
                    new JwtClaimValidator<List<String>>(
                            JwtClaimNames.AUD,
                            audiences -> audiences != null
                                    && audiences.stream().anyMatch(settings.getAudiences()::contains)),
                    new JwtClaimValidator<String>(
                            JwtClaimNames.SUB,
                            subject -> subject != null && !subject.isBlank() && subject.length() <= LONGEST_SUBJECT),
                    type));
            return decoder;
        });
        return token -> {
            try {
                return asking.decode(token);
            } catch (JwtDecoderInitializationException e) {
                // Not a JwtException by itself, so that it would be a failure of the service rather than of the issuer.
                throw new JwtException("the issuer does not say where its keys are", e);
            }
        };
    }

    /** Callers wait as long as the issuer, and half a minute is what it would have by itself. */
    private static RestTemplate issuer() {
        SimpleClientHttpRequestFactory http = new SimpleClientHttpRequestFactory();
        http.setConnectTimeout(PATIENCE);
        http.setReadTimeout(PATIENCE);
        return new RestTemplate(http);
    }

    /** Scopes are those of the claims {@code scope} or {@code scp} that this service knows. */
    static Converter<Jwt, AbstractAuthenticationToken> caller() {
        JwtGrantedAuthoritiesConverter authorities = new JwtGrantedAuthoritiesConverter();
        return token -> {
            Set<String> given = authorities.convert(token).stream()
                    .map(GrantedAuthority::getAuthority)
                    .collect(Collectors.toSet());
            return new Caller(
                    "jwt:" + token.getSubject(),
                    Arrays.stream(Scope.values())
                            .filter(scope -> given.contains(scope.authority()))
                            .toList());
        };
    }
}
