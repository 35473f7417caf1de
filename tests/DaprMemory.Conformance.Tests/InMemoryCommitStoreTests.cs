using DaprMemory.Core.Log;

namespace DaprMemory.Conformance.Tests;

/// <summary>The store in memory keeps the rules, and fails as told.</summary>
public sealed class InMemoryCommitStoreTests : CommitStoreConformance
{
    readonly InMemoryCommitStore _store = new();

    protected override IReadOnlyList<ICommitStore> Nodes => [_store, _store];

    [Fact]
    public async Task Write_that_fails_before_it_applies_leaves_nothing()
    {
        _store.OnWrite = _ => WriteFault.FailBeforeApply;
        (await _store.TryCreateAsync("k", "v"u8.ToArray(), default)).ShouldBeFalse();
        (await _store.GetAsync("k", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Write_that_fails_after_it_applied_is_there()
    {
        _store.OnWrite = _ => WriteFault.FailAfterApply;
        (await _store.TryCreateAsync("k", "v"u8.ToArray(), default)).ShouldBeFalse();
        (await _store.GetAsync("k", default)).ShouldNotBeNull().Value.ToArray().ShouldBe("v"u8.ToArray());
    }

    [Fact]
    public async Task Delayed_write_lands_only_if_its_condition_still_holds()
    {
        _store.OnWrite = _ => WriteFault.LandLater;
        (await _store.TryCreateAsync("taken", "late"u8.ToArray(), default)).ShouldBeFalse();
        (await _store.TryCreateAsync("free", "late"u8.ToArray(), default)).ShouldBeFalse();
        (await _store.GetAsync("free", default)).ShouldBeNull();

        _store.OnWrite = null;
        (await _store.TryCreateAsync("taken", "first"u8.ToArray(), default)).ShouldBeTrue();
        _store.LandDelayedWrites().ShouldBe(1);
        (await _store.GetAsync("taken", default)).ShouldNotBeNull().Value.ToArray().ShouldBe("first"u8.ToArray());
        (await _store.GetAsync("free", default)).ShouldNotBeNull().Value.ToArray().ShouldBe("late"u8.ToArray());
        _store.LandDelayedWrites().ShouldBe(0);
    }

    [Fact]
    public async Task Reads_fail_and_leave_out_what_they_are_told_to()
    {
        (await _store.TryCreateAsync("k", "v"u8.ToArray(), default)).ShouldBeTrue();
        _store.IsDroppedFromGetMany = key => key == "k";
        (await _store.GetManyAsync(["k"], default)).ShouldBeEmpty();
        (await _store.GetAsync("k", default)).ShouldNotBeNull();
        _store.IsUnavailable = key => key == "k";
        await Should.ThrowAsync<StoreUnavailableException>(() => _store.GetAsync("k", default));
        await Should.ThrowAsync<StoreUnavailableException>(() => _store.GetManyAsync(["other", "k"], default));
    }
}
