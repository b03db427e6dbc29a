from checks import catalogue

HEADER = ("inline constexpr int kErrOne = 1001;\ninline constexpr int kErrTwo = 1002;\ninline constexpr int kErrThree = 2100;\n"
          "inline constexpr int kErrFour = 6006;\n")


def test_an_error_that_nothing_raises_is_found(tree):
    root = tree({
        catalogue.CATALOG: HEADER,
        "src/base/error_catalog.cc": "{1001, kErrOne}, {1002, kErrTwo}, {2100}, {6006}\n",
        "src/a/a.cc": "return Status::Internal(\"x\").WithNumber(base::kErrOne);\n// kErrTwo is raised elsewhere.\nint n = 1002;\n",
        "src/a/a_test.cc": "EXPECT_EQ(kErrTwo, 1);\n",
        "python/tenon/run.py": "# number=6006\nraise TenonError(number=2100)\n",
    })
    assert [(finding.line, finding.message) for finding in catalogue.find(root)] == [
        (2, "An error is raised nowhere: number=TN1002"), (4, "An error is raised nowhere: number=TN6006")]


def test_an_error_of_the_run_state_without_a_caller_is_found(tree):
    root = tree({
        catalogue.FUNCTIONS: "Status Called(int n);\nStatus Lonely(std::string_view sink);\n",
        "src/runstate/errors.cc": "Status Called(int n) {}\nStatus Lonely(std::string_view sink) {}\nreturn Lonely(x);\n",
        "src/runstate/journal.cc": "if (bad) return Called(3);\n",
    })
    (finding,) = catalogue.find(root)
    assert (finding.line, finding.message) == (2, "An error has no caller: function=Lonely")
