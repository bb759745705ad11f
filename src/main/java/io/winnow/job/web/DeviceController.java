package io.winnow.job.web;

import io.winnow.job.WorkerRegistry;
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
class DeviceController {

    private final WorkerRegistry workers;

    DeviceController(WorkerRegistry workers) {
        this.workers = workers;
    }

    /** Workers are few: the page is cut from the whole list. */
    @GetMapping("/devices")
    PageResponse<WorkerRegistry.Device> list(@ParameterObject PageQuery query) {
        PageRequest page = query.toRequest(Sort.unsorted());
        List<WorkerRegistry.Device> devices = workers.devices();
        return PageResponse.of(
                new PageImpl<>(
                        devices.stream()
                                .skip(page.getOffset())
                                .limit(page.getPageSize())
                                .toList(),
                        page,
                        devices.size()),
                Function.identity());
    }
}
