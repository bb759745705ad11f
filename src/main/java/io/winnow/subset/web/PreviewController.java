package io.winnow.subset.web;

import io.winnow.platform.web.StrictQuery;
import io.winnow.subset.Subset;
import io.winnow.subset.SubsetHead;
import io.winnow.subset.SubsetPreview;
import io.winnow.subset.SubsetSelector;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /subsets/preview}: what a request would keep, without the list. */
@RestController
class PreviewController {

    private final SubsetRequests requests;
    private final SubsetSelector selector;

    PreviewController(SubsetRequests requests, SubsetSelector selector) {
        this.requests = requests;
        this.selector = selector;
    }

    @GetMapping("/subsets/preview")
    SubsetPreview preview(@ParameterObject SubsetQuery documented, HttpServletRequest http) throws IOException {
        SubsetRequests.Chosen chosen = requests.read(StrictQuery.of(http.getParameterMap(), SubsetRequests.PARAMETERS));
        Subset subset = selector.select(chosen.request());
        SubsetHead head = SubsetHead.of(chosen.request(), subset, chosen.because());
        return SubsetPreview.of(chosen.request(), head, subset.samples());
    }
}
