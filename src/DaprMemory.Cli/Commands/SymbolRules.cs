using System.CommandLine;
using System.CommandLine.Parsing;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Cli.Commands;

/// <summary>Arguments and options that several commands have, and how their rules are checked.</summary>
internal static class SymbolRules
{
    public static Argument<string> NewSpace()
    {
        var space = new Argument<string>("SPACE") { Description = "The space, or space@branch." };
        space.Validators.Add(result => result.Report(space.Name, Names.CheckSpace(result.GetValueOrDefault<string>())));
        return space;
    }

    public static Argument<string> NewKey()
    {
        var key = new Argument<string>("KEY") { Description = "The record's key, such as plans/today." };
        key.Validators.Add(result => result.Report(key.Name, Names.CheckKey(result.GetValueOrDefault<string>())));
        return key;
    }

    /// <summary>An option for a number from <paramref name="least"/> on.</summary>
    public static Option<long?> NewNumber(string name, string description, long least)
    {
        var option = new Option<long?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result => result.Check(option, value => value < least ? $"a number from {least} on" : null));
        return option;
    }

    /// <summary>Reports the broken rule, if <paramref name="rule"/> names one for the option's value.</summary>
    public static void Check<T>(this OptionResult result, Option<T> option, Func<T, string?> rule)
    {
        // Text that did not convert has been reported, and asking for its value would throw.
        if (!result.Errors.Any() && result.GetValue(option) is { } value)
            result.Report(option.Name, rule(value));
    }

    static void Report(this SymbolResult result, string name, string? brokenRule)
    {
        if (brokenRule is not null)
            result.AddError($"{name}: {brokenRule}.");
    }
}
