package io.winnow.platform.web;

import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.InvalidRequestException.Collector;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Refuses query parameters that an operation does not declare, and those given twice: a misspelt filter must not look as if it
 * filtered. Operations that read the request themselves see to that with {@link StrictQuery}.
 */
@Configuration(proxyBeanMethods = false)
class StrictParameters implements WebMvcConfigurer, HandlerInterceptor {

    private static final String OURS = "io.winnow.";
    private static final int LONGEST_QUOTE = 60;

    private final Map<HandlerMethod, Optional<Set<String>>> declared = new ConcurrentHashMap<>();

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getQueryString() != null
                && handler instanceof HandlerMethod method
                && method.getBeanType().getName().startsWith(OURS)) {
            declared.computeIfAbsent(method, StrictParameters::declaredBy)
                    .ifPresent(known -> refuseOthers(request.getQueryString(), known));
        }
        return true;
    }

    private static void refuseOthers(String query, Set<String> known) {
        Collector violations = new Collector();
        UriComponentsBuilder.newInstance().query(query).build().getQueryParams().forEach((encoded, values) -> {
            String name = decoded(encoded);
            violations.require(known.contains(name), quotable(name), "is not a parameter of this request");
            violations.require(values.size() == 1, quotable(name), "is given %d times".formatted(values.size()));
        });
        violations.throwIfAny();
    }

    private static String decoded(String name) {
        try {
            return StringUtils.uriDecode(name.replace('+', ' '), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("query", "has a malformed percent code");
        }
    }

    /** Empty for a method that reads the request itself. */
    private static Optional<Set<String>> declaredBy(HandlerMethod method) {
        Set<String> names = new TreeSet<>();
        for (MethodParameter parameter : method.getMethodParameters()) {
            if (HttpServletRequest.class.isAssignableFrom(parameter.getParameterType())) {
                return Optional.empty();
            }
            RequestParam named = parameter.getParameterAnnotation(RequestParam.class);
            if (named != null) {
                parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
                names.add(named.name().isEmpty() ? String.valueOf(parameter.getParameterName()) : named.name());
            } else if (parameter.getParameterType().isRecord()
                    && !parameter.hasParameterAnnotation(RequestBody.class)) {
                Stream.of(parameter.getParameterType().getRecordComponents())
                        .map(RecordComponent::getName)
                        .forEach(names::add);
            }
        }
        return Optional.of(names);
    }

    private static String quotable(String text) {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }
}
