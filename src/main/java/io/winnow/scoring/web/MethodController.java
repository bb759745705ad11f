package io.winnow.scoring.web;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.MethodRegistry;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Which scores there are to ask for. */
@RestController
class MethodController {

    private final MethodRegistry methods;

    MethodController(MethodRegistry methods) {
        this.methods = methods;
    }

    /** All methods: the list is short and has no pages. */
    record Methods(List<MethodResponse> items) {}

    /** @param keeps which end of its score is important */
    record MethodResponse(String id, Keeps keeps) {}

    @GetMapping("/score-methods")
    Methods list() {
        return new Methods(methods.all().stream()
                .map(method -> new MethodResponse(method.id(), method.keeps()))
                .toList());
    }
}
