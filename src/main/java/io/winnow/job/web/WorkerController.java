package io.winnow.job.web;

import io.winnow.job.WorkerRegistry;
import io.winnow.job.WorkerRegistry.WorkerView;
import io.winnow.platform.web.PageQuery;
import io.winnow.platform.web.PageResponse;
import java.util.List;
import java.util.function.Function;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.PageImpl;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class WorkerController {

    private final WorkerRegistry workers;

    WorkerController(WorkerRegistry workers) {
        this.workers = workers;
    }

    @GetMapping("/workers")
    PageResponse<WorkerView> workers(@ParameterObject PageQuery query) {
        return page(workers.workers(), query);
    }

    @GetMapping("/devices")
    PageResponse<WorkerRegistry.Device> devices(@ParameterObject PageQuery query) {
        return page(workers.devices(), query);
    }

    /** Workers are few: the page is cut from the whole list. */
    private static <T> PageResponse<T> page(List<T> all, PageQuery query) {
        PageRequest page = query.toRequest(Sort.unsorted());
        List<T> cut =
                all.stream().skip(page.getOffset()).limit(page.getPageSize()).toList();
        return PageResponse.of(new PageImpl<>(cut, page, all.size()), Function.identity());
    }
}
