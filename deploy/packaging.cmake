# What is installed, and the Debian package of it: cpack --config build/release/CPackConfig.cmake
# The unit files name what they start by its path, so CMake's own default is none here.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "Where it is installed" FORCE)
endif()
include(GNUInstallDirs)
set(PACKAGE workers-builds-exporter)
set(debian ${CMAKE_CURRENT_LIST_DIR}/debian)
set(docs ${CMAKE_INSTALL_DATADIR}/doc/${PACKAGE})
set(made ${CMAKE_BINARY_DIR}/package)

set(PACKAGE_MAINTAINER "workers_builds_exporter maintainers <maintainers@workers-builds-exporter.invalid>"
    CACHE STRING "Who answers for the Debian package")
# The instant of the commit: the same commit makes the same package.
if(EXISTS ${CMAKE_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} log -1 --format=%cD WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
                  OUTPUT_VARIABLE PACKAGE_DATE OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${GIT_EXECUTABLE} log -1 --format=%ct WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
                  OUTPUT_VARIABLE PACKAGE_EPOCH OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  # cpack reads this, and gives every file that instant.
  file(WRITE ${made}/instant.cmake "set(ENV{SOURCE_DATE_EPOCH} ${PACKAGE_EPOCH})\n")
  set(CPACK_PROJECT_CONFIG_FILE ${made}/instant.cmake)
else()
  string(TIMESTAMP PACKAGE_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
endif()

# Everything in one component, so that what only tests and benchmarks need cannot slip in.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME not_packaged)

# Debian wants manuals and changelogs compressed, without a timestamp.
find_program(GZIP_PROGRAM gzip REQUIRED)
configure_file(${debian}/changelog.in ${made}/changelog @ONLY)
set(compressed)
function(compress source)
  get_filename_component(name ${source} NAME)
  add_custom_command(OUTPUT ${made}/${name}.gz
    COMMAND ${GZIP_PROGRAM} -9nc ${source} > ${made}/${name}.gz DEPENDS ${source} VERBATIM)
  set(compressed ${compressed} ${made}/${name}.gz PARENT_SCOPE)
endfunction()
compress(${made}/changelog)
compress(${CMAKE_SOURCE_DIR}/CHANGELOG.md)
compress(${debian}/workers_builds_exporter.1)
compress(${debian}/workers_builds_simulator.1)
add_custom_target(package_files ALL DEPENDS ${compressed})

foreach(program IN ITEMS workers_builds_exporter workers_builds_simulator)
  # Everything is bound at the start, and what the loader wrote is read-only from then on.
  target_link_options(${program} PRIVATE -Wl,-z,relro,-z,now)
  install(TARGETS ${program} RUNTIME COMPONENT package)
  install(FILES ${made}/${program}.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT package)
  install(FILES ${debian}/workers_builds.bash COMPONENT package
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME ${program})
endforeach()
install(FILES ${CMAKE_CURRENT_LIST_DIR}/systemd/exporter.yaml COMPONENT package
        DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/${PACKAGE})
install(FILES ${CMAKE_CURRENT_LIST_DIR}/systemd/default COMPONENT package
        DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/default RENAME ${PACKAGE})
install(FILES ${CMAKE_CURRENT_LIST_DIR}/systemd/${PACKAGE}.service ${CMAKE_CURRENT_LIST_DIR}/systemd/${PACKAGE}.socket
        DESTINATION lib/systemd/system COMPONENT package)
install(FILES ${made}/changelog.gz ${made}/CHANGELOG.md.gz ${debian}/copyright ${CMAKE_SOURCE_DIR}/config/exporter.example.yaml
        DESTINATION ${docs} COMPONENT package)
# What Prometheus and Grafana load.
install(DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/prometheus DESTINATION ${CMAKE_INSTALL_DATADIR}/${PACKAGE} COMPONENT package
        FILES_MATCHING PATTERN *.rules.yml PATTERN tests EXCLUDE)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/grafana/dashboards DESTINATION ${CMAKE_INSTALL_DATADIR}/${PACKAGE}/grafana
        COMPONENT package FILES_MATCHING PATTERN *.json)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/grafana/provisioning DESTINATION ${CMAKE_INSTALL_DATADIR}/${PACKAGE}/grafana
        COMPONENT package FILES_MATCHING PATTERN *.yaml)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ${PACKAGE})
set(CPACK_PACKAGE_VERSION ${WORKERS_BUILDS_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/package)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL package)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${PACKAGE_MAINTAINER})
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Cloudflare's certificate is trusted by what this package brings.
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "prometheus, prometheus-alertmanager")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Prometheus exporter for Cloudflare Workers Builds
It asks Cloudflare's API what the builds of Workers do and serves it as
metrics: which production build is red, how often builds fail, how long they
queue and run, how many build minutes they use.

The package has a hardened systemd service, alerts and recording rules for
Prometheus, dashboards for Grafana, and a simulator of the API to try it all
without an account.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${debian}/conffiles ${debian}/postinst ${debian}/prerm ${debian}/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
